// The view of a Thrift structure by the names of its fields. The names themselves stand beside what they describe: those of
// the footer in FooterFields, those of page headers in PageFields.

/// The fields of one structure, by the numbers that the format gives them.
protocol ThriftField: RawRepresentable<Int> {}

/// A structure that was read, asked by field.
struct ThriftFields<Field: ThriftField> {
    /// Fields in the order of the bytes: few enough that a search by number is faster than a table.
    private let fields: [ThriftValue.Field]

    /// Takes fields that were read one by one.
    init(_ fields: [ThriftValue.Field]) { self.fields = fields }

    /// Takes a value; one that is no structure has no fields.
    init(_ value: ThriftValue?) {
        if case .structure(let fields)? = value { self.fields = fields } else { fields = [] }
    }

    /// The value of a field; nil where it is absent. Of a field that is there twice the last one counts.
    subscript(_ field: Field) -> ThriftValue? {
        let id = field.rawValue
        return fields.last { $0.id == id }?.value
    }
}
