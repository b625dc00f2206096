// The schema of a footer, read and checked: a tree of elements in the order of a walk, of which the leaves are columns.
// Writing it is FooterWriter's business.

extension FileMetadata {
    /// Returns the leaves of a schema.
    ///
    /// - Parameter elements: the root, and all elements below it in the order of a walk.
    /// - Throws: `ParquetError` where the elements make no tree, or a leaf has no type.
    static func schema(_ elements: [ThriftValue]) throws -> [ColumnSchema] {
        guard let root = elements.first, elements.count <= Limits.schemaElements else {
            throw damaged(
                .outOfRange(
                    field: "schema elements",
                    found: Int64(elements.count),
                    limit: Int64(Limits.schemaElements)
                )
            )
        }
        var walk = SchemaWalk(elements: elements)
        let children = root.fields(of: SchemaElementField.self)[.numChildren]?.integer ?? 0
        try walk.take(children: children, path: [], isNested: false, depth: 0)
        guard walk.position == elements.count else {
            throw damaged(
                .mismatch(
                    field: "schema elements",
                    found: Int64(elements.count),
                    expected: Int64(walk.position)
                )
            )
        }
        return walk.columns
    }
}

/// A walk over the elements of a schema.
private struct SchemaWalk {
    let elements: [ThriftValue]
    /// The leaves so far.
    var columns: [ColumnSchema] = []
    /// The index of the next element; the root is behind.
    var position = 1

    init(elements: [ThriftValue]) { self.elements = elements }

    /// Takes the children of an element, and theirs.
    mutating func take(children: Int64, path: [String], isNested: Bool, depth: Int) throws {
        guard children >= 0, children <= Int64(elements.count - position), depth < Limits.thriftDepth else {
            throw FileMetadata.damaged(
                .outOfRange(field: "num_children", found: children, limit: Int64(elements.count - position))
            )
        }
        for _ in 0..<children {
            guard position < elements.count else { throw FileMetadata.damaged(.truncated(field: "schema")) }
            let element = elements[position].fields(of: SchemaElementField.self)
            position += 1
            guard let name = element[.name]?.text else {
                throw FileMetadata.damaged(.badStructure(field: "schema element name"))
            }
            let stated = element[.repetitionType]?.integer ?? FieldRepetition.required.rawValue
            guard let repetition = FieldRepetition(rawValue: stated) else {
                throw FileMetadata.damaged(
                    .outOfRange(field: "repetition_type", found: stated, limit: FieldRepetition.last)
                )
            }
            let below = path + [name]
            if let count = element[.numChildren]?.integer, count > 0 || element[.type] == nil {
                try take(children: count, path: below, isNested: true, depth: depth + 1)
            } else {
                var column = try leaf(element, name: below.joined(separator: "."))
                column.isNested = isNested || repetition == .repeated
                column.isOptional = repetition == .optional
                columns.append(column)
            }
        }
    }

    private func leaf(_ element: ThriftFields<SchemaElementField>, name: String) throws -> ColumnSchema {
        let number = element[.type]?.integer
        guard let type = number.flatMap({ PhysicalType(rawValue: Int(clamping: $0)) }) else {
            throw ParquetError.damaged(
                .outOfRange(field: "type", found: number ?? -1, limit: Int64(PhysicalType.last)),
                ParquetError.Place(column: name)
            )
        }
        var column = ColumnSchema(name: name, physicalType: type)
        if type == .fixedLengthByteArray {
            let length = element[.typeLength]?.integer ?? -1
            guard length >= 0, length <= Int64(Limits.pageBytes) else {
                throw ParquetError.damaged(
                    .outOfRange(field: "type_length", found: length, limit: Int64(Limits.pageBytes)),
                    ParquetError.Place(column: name)
                )
            }
            column.typeLength = Int(length)
        }
        column.fieldID = element[.fieldID]?.integer.flatMap { Int32(exactly: $0) }
        column.logicalType = logicalType(element) ?? convertedType(element)
        return column
    }

    private func logicalType(_ element: ThriftFields<SchemaElementField>) -> LogicalType? {
        guard let logical = element[.logicalType]?.fields(of: LogicalTypeField.self) else { return nil }
        if logical[.string] != nil { return .string }
        if let decimal = logical[.decimal]?.fields(of: DecimalTypeField.self) {
            return .decimal(scale: Int(clamping: decimal[.scale]?.integer ?? 0))
        }
        if logical[.date] != nil { return .date }
        let timestamp = logical[.timestamp]?.fields(of: TimestampTypeField.self)
        if let unit = timestamp?[.unit]?.fields(of: TimeUnitField.self) {
            if unit[.millis] != nil { return .timestamp(unitsPerSecond: 1_000) }
            if unit[.micros] != nil { return .timestampMicroseconds }
            if unit[.nanos] != nil { return .timestamp(unitsPerSecond: 1_000_000_000) }
        }
        if let integer = logical[.integer]?.fields(of: IntegerTypeField.self),
            integer[.bitWidth]?.integer == 16, integer[.isSigned]?.boolean == true
        {
            return .int16
        }
        return logical[.float16] == nil ? nil : .float16
    }

    private func convertedType(_ element: ThriftFields<SchemaElementField>) -> LogicalType? {
        switch element[.convertedType]?.integer.flatMap({ ConvertedType(rawValue: $0) }) {
        case .utf8: .string
        case .decimal: .decimal(scale: Int(clamping: element[.scale]?.integer ?? 0))
        case .timestampMillis: .timestamp(unitsPerSecond: 1_000)
        case .date: .date
        case .timestampMicros: .timestampMicroseconds
        case .int16: .int16
        case nil: nil
        }
    }
}
