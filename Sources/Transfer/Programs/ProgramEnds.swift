// The pipes of a program, and its start with their ends. What goes through them is for others.

#if canImport(Glibc)
    import Glibc
    private typealias Actions = posix_spawn_file_actions_t
    private typealias Attributes = posix_spawnattr_t
#elseif canImport(Darwin)
    import Darwin
    private typealias Actions = posix_spawn_file_actions_t?
    private typealias Attributes = posix_spawnattr_t?
#endif

/// Both ends of the three pipes. Programs that are started meanwhile elsewhere inherit none of them.
struct ProgramEnds {
    /// Ours: what it reads is written here, what it writes is read there; none of them ever waits.
    let input, output, errors: Int32
    private let theirInput, theirOutput, theirErrors: Int32

    /// Makes the pipes; nil where the system has none left.
    init?() {
        var made: [(reading: Int32, writing: Int32)] = []
        for _ in 0..<3 {
            guard let pipe = ProgramEnds.pipe() else {
                for pipe in made { _ = (close(pipe.reading), close(pipe.writing)) }
                return nil
            }
            made.append(pipe)
        }
        (theirInput, input) = made[0]
        (output, theirOutput) = made[1]
        (errors, theirErrors) = made[2]
        for end in [input, output, errors] { _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK) }
    }

    /// Closes the program's ends, which it has now.
    func closeTheirs() { for end in [theirInput, theirOutput, theirErrors] { close(end) } }

    /// Closes all ends.
    func closeAll() {
        closeTheirs()
        for end in [input, output, errors] { close(end) }
    }

    /// Makes a pipe whose ends are none of the standard three, and are closed in programs that are started.
    private static func pipe() -> (reading: Int32, writing: Int32)? {
        var ends: [Int32] = [-1, -1]
        #if canImport(Glibc)
            guard Glibc.pipe(&ends) == 0 else { return nil }
        #else
            guard Darwin.pipe(&ends) == 0 else { return nil }
        #endif
        let lifted = ends.map { fcntl($0, F_DUPFD_CLOEXEC, 3) }
        for end in ends { close(end) }
        guard lifted.allSatisfy({ $0 >= 0 }) else {
            for end in lifted where end >= 0 { close(end) }
            return nil
        }
        return (lifted[0], lifted[1])
    }

    // MARK: The start

    /// Starts a program in a group of its own, with these ends and no other, with no signal held off or ignored.
    ///
    /// - Returns: its number; nil where it cannot be started.
    func start(_ run: ProgramRun) -> pid_t? {
        #if canImport(Glibc)
            var (actions, attributes) = (Actions(), Attributes())
        #else
            var (actions, attributes): (Actions, Attributes) = (nil, nil)
        #endif
        guard posix_spawn_file_actions_init(&actions) == 0 else { return nil }
        defer { posix_spawn_file_actions_destroy(&actions) }
        guard posix_spawnattr_init(&attributes) == 0 else { return nil }
        defer { posix_spawnattr_destroy(&attributes) }
        for (end, place) in [(theirInput, 0), (theirOutput, 1), (theirErrors, 2)] as [(Int32, Int32)] {
            guard posix_spawn_file_actions_adddup2(&actions, end, place) == 0 else { return nil }
        }
        ProgramEnds.closeOthers(&actions)
        ProgramEnds.setAttributes(&attributes)
        return ProgramEnds.withTexts(run.arguments) { arguments in
            ProgramEnds.withTexts(run.variables.map { "\($0.key)=\($0.value)" }.sorted()) { variables in
                var process: pid_t = 0
                let code = posix_spawnp(
                    &process,
                    run.arguments[0],
                    &actions,
                    &attributes,
                    arguments,
                    variables
                )
                return code == 0 ? process : nil
            }
        }
    }

    private static func setAttributes(_ attributes: inout Attributes) {
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        #if canImport(Darwin)
            let others = Int32(POSIX_SPAWN_CLOEXEC_DEFAULT)
        #else
            let others: Int32 = 0
        #endif
        let flags =
            Int32(POSIX_SPAWN_SETPGROUP) | Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)
            | others
        posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: flags))
    }

    /// Closes what libraries left open for programs: sockets of libmosquitto are.
    private static func closeOthers(_ actions: inout Actions) {
        #if canImport(Glibc)
            // Since glibc 2.34; looked for when it is needed, for the program runs with older ones.
            typealias CloseFrom = @convention(c) (UnsafeMutablePointer<Actions>, Int32) -> Int32
            if let symbol = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") {
                _ = unsafeBitCast(symbol, to: CloseFrom.self)(&actions, 3)
                return
            }
            // What is closed meanwhile is no error. What is opened meanwhile is open there.
            guard let folder = opendir("/proc/self/fd") else { return }
            defer { closedir(folder) }
            while let entry = readdir(folder) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { $0.prefix { $0 != 0 } }
                if let number = Int32(String(decoding: name, as: UTF8.self)), number > 2 {
                    posix_spawn_file_actions_addclose(&actions, number)
                }
            }
        #endif
    }

    private static func withTexts<Result>(
        _ texts: [String],
        _ use: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return use(copies + [nil])
    }
}
