// A column of a flat file: its name, type and place in a catalogue. Its values are ColumnData's business.

/// A column of a flat schema.
package struct ColumnSchema: Equatable, Sendable {
    /// The name; for a nested column the path, joined by dots.
    package var name: String
    /// How values lie in the file.
    package var physicalType: PhysicalType
    /// What values mean; nil where the file says nothing that is known here.
    package var logicalType: LogicalType?
    /// Tells whether values may be missing.
    package var isOptional: Bool
    /// The number that names the column in a catalogue.
    package var fieldID: Int32?
    /// The bytes of a value of FIXED_LEN_BYTE_ARRAY.
    package var typeLength: Int
    /// Tells whether the column is repeated or lies in a group; such columns are refused.
    package var isNested = false

    /// Makes a column.
    package init(
        name: String,
        physicalType: PhysicalType,
        logicalType: LogicalType? = nil,
        isOptional: Bool = true,
        fieldID: Int32? = nil,
        typeLength: Int = 0
    ) {
        self.name = name
        self.physicalType = physicalType
        self.logicalType = logicalType
        self.isOptional = isOptional
        self.fieldID = fieldID
        self.typeLength = typeLength
    }
}
