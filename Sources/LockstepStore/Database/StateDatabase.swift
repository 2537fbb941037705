internal import GRDB
internal import GRDBSQLite
internal import Glibc
internal import LockstepModel
internal import Synchronization

/// The SQLite database of one project: WAL, every commit durable, foreign keys on.
package struct StateDatabase: Sendable {
    private let connections: any DatabaseWriter
    /// Rings after every change that this process has committed.
    let commits = CommitBell()
    private let patient = PatientWrites()

    /// Opens the database, makes it when it is not there, and brings an older one up to date.
    ///
    /// - Parameter path: Absolute path of the file, on a local file system; its folder exists.
    /// - Throws: `STORAGE_ERROR` for a file that is no database, is damaged or was written by a newer program; `STORAGE_FULL`.
    package init(path: String) throws(StoreError) {
        var configuration = Configuration()
        configuration.busyMode = .timeout(20)
        configuration.foreignKeysEnabled = true
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { database in
            // A log that keeps its length is written over, which a disk takes in a tenth of a millisecond; one that grows anew
            // after every program waits for the file system's journal at each commit.
            var keepsLog: CInt = 1
            sqlite3_file_control(database.sqliteConnection, nil, SQLITE_FCNTL_PERSIST_WAL, &keepsLog)
        }
        let lock = try FolderLock(path: path + ".lock")
        defer { withExtendedLifetime(lock) {} }
        do {
            let pool = try DatabasePool(path: path, configuration: configuration)
            connections = pool
            // Not in `prepareDatabase`: a pool sets NORMAL afterwards, with which a commit waits for no disk.
            try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            let migrator = Schema.migrator
            let isCurrent = try pool.read { database in
                if try migrator.hasBeenSuperseded(database) { throw NewerDatabase() }
                return try migrator.hasCompletedMigrations(database)
            }
            if !isCurrent {
                try migrator.migrate(pool)
                // The connection that has just looked knows the tables as they were: it would read rows without new columns.
                pool.invalidateReadOnlyConnections()
            }
        } catch {
            throw Self.storeError(error, path: path)
        }
    }

    /// Opens the database to read it as it is, without changing one byte of its files, whoever else works with it.
    ///
    /// - Parameter path: Absolute path of a file that is there.
    /// - Throws: `STORAGE_ERROR` also for a file that an older program wrote and that was not brought up to date yet.
    package init(reading path: String) throws(StoreError) {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        // The log's index is read as it is, or made anew in memory. Without log and index nobody has the database open.
        let hasLog = access(path + "-shm", F_OK) == 0 || access(path + "-wal", F_OK) == 0
        let allowed = Set("/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
        let encoded = path.utf8.map { byte in
            let digits = String(byte, radix: 16)
            return allowed.contains(byte) ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + digits
        }.joined()
        do {
            connections = try DatabaseQueue(
                path: "file:\(encoded)?\(hasLog ? "mode=ro&readonly_shm=1" : "immutable=1")",
                configuration: configuration
            )
            let migrator = Schema.migrator
            let (isNewer, isCurrent) = try connections.read { database in
                (try migrator.hasBeenSuperseded(database), try migrator.hasCompletedMigrations(database))
            }
            if isNewer { throw NewerDatabase() }
            if !isCurrent {
                throw StoreError(
                    .storageError,
                    "\(path) was written by an older version of lockstep; the next job brings it up to date."
                )
            }
        } catch {
            throw Self.storeError(error, path: path)
        }
    }

    /// The file was written by a newer program.
    private struct NewerDatabase: Error {}

    /// One transaction that changes the database; whole and durable, or not there.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            let value = try await write(after: patient.takeAll(), body)
            commits.ring()
            return value
        } catch {
            throw Self.storeError(error, path: connections.path)
        }
    }

    /// One transaction like that of ``write(_:)``, which waits a moment for another one to become durable with.
    ///
    /// Two that change the same indexes and wait for the disk once cost little more than one.
    func writePatiently(_ body: @escaping @Sendable (Database) throws -> Void) async throws(StoreError) {
        do {
            try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
                guard patient.add(body, done) else { return }
                Task {
                    try? await Task.sleep(for: PatientWrites.patience)
                    let waiting = patient.takeAll()
                    guard !waiting.isEmpty else { return }
                    try? await write(after: waiting) { _ in }
                    commits.ring()
                }
            }
        } catch {
            throw Self.storeError(error, path: connections.path)
        }
    }

    /// Carries out what waits and then the body, in one transaction; each by itself when they cannot be carried out together.
    private func write<Value: Sendable>(
        after waiting: [PatientWrites.Entry],
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        guard !waiting.isEmpty else { return try await connections.write(body) }
        do {
            let value = try await connections.write { database in
                for entry in waiting { try entry.body(database) }
                return try body(database)
            }
            for entry in waiting { entry.done.resume() }
            return value
        } catch {
            for entry in waiting {
                do {
                    try await connections.write(entry.body)
                    entry.done.resume()
                } catch {
                    entry.done.resume(throwing: error)
                }
            }
            return try await connections.write(body)
        }
    }

    /// Reads one consistent state of the database.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await connections.read(body)
        } catch {
            throw Self.storeError(error, path: connections.path)
        }
    }

    /// What SQLite's quick check says; empty when the file is sound.
    package func integrityProblems() async throws(StoreError) -> [String] {
        try await read { database in
            try String.fetchAll(database, sql: "PRAGMA quick_check(10)").filter { $0 != "ok" }
        }
    }

    private static func full(_ path: String, _ cause: String) -> StoreError {
        StoreError(
            .storageFull,
            "The disk is full: there is no room for \(path). Free some space and do it again; nothing half-done was kept.",
            cause: cause
        )
    }

    private static func storeError(_ error: any Error, path: String) -> StoreError {
        if let error = error as? StoreError { return error }
        if error is NewerDatabase {
            return StoreError(
                .storageError,
                "\(path) was written by a newer version of lockstep. Use that version; this one leaves the file as it is."
            )
        }
        guard let error = error as? DatabaseError else {
            return StoreError(.storageError, "\(path) cannot be used.", cause: "\(error)")
        }
        let cause = error.expandedDescription
        switch error.resultCode {
        case .SQLITE_FULL:
            return full(path, cause)
        case .SQLITE_IOERR where Ballast.isFull(diskOf: path), .SQLITE_CANTOPEN where Ballast.isFull(diskOf: path):
            return full(path, cause)
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            return StoreError(
                .storageError,
                "\(path) is damaged or is no lockstep database. Restore it from a copy, or move it away to begin anew.",
                cause: cause
            )
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            return StoreError(
                .storageError,
                "\(path) cannot be written. Check who owns its folder and that the disk is not mounted read-only.",
                cause: cause
            )
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return StoreError(
                .storageError,
                "\(path) was in use by another process for 20 seconds. Do it again in a moment.",
                cause: cause
            )
        default:
            return StoreError(.storageError, "\(path) could not be used: \(error.message ?? "unknown")", cause: cause)
        }
    }
}
