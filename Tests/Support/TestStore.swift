// A store made by the built program.

/// A scratch store with one site, made as an owner makes it.
package struct TestStore {
    /// The folder of the store and of files beside it.
    package let folder: ScratchFolder
    /// The store's path.
    package let path: String
    /// What `init` answered.
    package let made: Program.Result

    /// Makes a store.
    package init(timeZone: String = "UTC") throws {
        folder = try ScratchFolder()
        path = folder.path + "/s"
        made = try Program.run(
            "init",
            "--store",
            path,
            "--site",
            "home",
            "--time-zone",
            timeZone,
            "--latitude",
            "51.4",
            "--longitude",
            "-0.3",
            "--installed-w",
            "4000",
            "--battery-wh",
            "10000"
        )
    }
}
