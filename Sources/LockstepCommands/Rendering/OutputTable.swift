package import LockstepJSON
package import LockstepModel

/// A job's outputs as a table: one row a value, one row a file of a list.
package enum OutputTable {
    /// - Parameter freed: Files whose bytes are gone, and since when.
    package static func table(_ values: JSONObject, freed: [AssetID: Instant] = [:]) -> Table {
        var table = Table([
            Table.Column("OUTPUT", mayShrink: true), Table.Column("TYPE", mayShrink: true),
            Table.Column("SIZE", .right),
            Table.Column("FILE OR VALUE", mayShrink: true), Table.Column("ID"),
        ])
        for (name, value) in values {
            let files = value.files
            guard !files.isEmpty else {
                let size = ByteCount(Int64(ValueText.full(value).utf8.count))
                table.add([
                    Table.Cell(name), Table.Cell(value.kind), Table.Cell(size.description),
                    Table.Cell(ValueText.short(value, width: 200)), "",
                ])
                continue
            }
            for file in files {
                table.add([
                    Table.Cell(name), Table.Cell(file.mimeType), Table.Cell(ByteCount(file.size).description),
                    Table.Cell(file.name + (freed[file.assetID].map { " (freed \($0.description.prefix(10)))" } ?? "")),
                    Table.Cell(file.assetID.rawValue),
                ])
            }
        }
        return table
    }
}
