package import LockstepExecution
package import LockstepJSON
package import LockstepModel

/// The rows of a batch, read and checked one after the other: the way from an argument to jobs.
package struct CheckedRows: ~Copyable {
    private var reader: BatchRowReader
    private let check: BatchRowCheck

    /// See ``BatchRowCheck/shared``.
    package var shared: JSONObject { check.shared }

    /// - Throws: `VALIDATION_ERROR` or `USAGE` with everything that is wrong with the source, its header, or the shared inputs.
    package init(
        _ source: BatchSource,
        variables: [InputVariable],
        shared: [GivenInput],
        folder: String,
        mediaTypes: LazyMediaTypes = LazyMediaTypes()
    ) throws(JobError) {
        let check = try BatchRowCheck(variables: variables, shared: shared, mediaTypes: mediaTypes)
        let reader = try Self.reader(of: source, variables: variables, folder: folder, for: check)
        self.check = check
        self.reader = reader
    }

    private static func reader(
        of source: BatchSource,
        variables: [InputVariable],
        folder: String,
        for check: BatchRowCheck
    ) throws(JobError) -> BatchRowReader {
        do throws(BatchProblem) {
            let reader = try BatchRowReader(source, variables: variables, folder: folder)
            try check.require(columns: reader.columns, of: source)
            return reader
        } catch {
            throw error.jobError
        }
    }

    /// The next row, right or wrong; nil at the end.
    ///
    /// - Throws: See ``BatchRowReader/next()``.
    package mutating func next() throws(BatchProblem) -> CheckedRow? {
        try reader.next().map(check.check)
    }
}
