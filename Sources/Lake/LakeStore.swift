// Where a store lies, and how it is opened.

/// A store's place and the world around it; nothing is open yet.
package struct LakeStore: Sendable {
    /// The store's folder.
    package let path: String
    /// Clock, zones and name of the program.
    package let environment: LakeEnvironment

    /// Names a store.
    package init(path: String, environment: LakeEnvironment) {
        self.path = path
        self.environment = environment
    }

    /// Opens the store.
    ///
    /// - Throws: `LakeError.noStore`, `.notAStore`, `.newerStore`, `.locked` and what the system says.
    package func open(_ access: Lake.Access) throws -> Lake {
        try Lake.open(path: path, access: access, environment: environment)
    }

    /// Opens the store for changing, or makes it where there is none.
    package func openOrCreate() throws -> Lake {
        try Lake.openOrCreate(path: path, environment: environment)
    }
}
