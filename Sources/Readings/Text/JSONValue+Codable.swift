// JSON values inside of what encoders and decoders of other forms read and write.

extension JSONValue: Codable {
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Reads a value. Members come in the order in which the decoder gives them; numbers get as few decimals as tell them apart.
    package init(from decoder: any Decoder) throws {
        if let members = try? decoder.container(keyedBy: Name.self) {
            self = .object(
                try members.allKeys.map { ($0.stringValue, try members.decode(JSONValue.self, forKey: $0)) }
            )
            return
        }
        if var elements = try? decoder.unkeyedContainer() {
            var values: [JSONValue] = []
            while !elements.isAtEnd { values.append(try elements.decode(JSONValue.self)) }
            self = .array(values)
            return
        }
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let flag = try? value.decode(Bool.self) {
            self = .boolean(flag)
        } else if let whole = try? value.decode(Int64.self) {
            self = .integer(whole)
        } else if let number = try? value.decode(Double.self) {
            self = .plain(number)
        } else {
            self = .text(try value.decode(String.self))
        }
    }

    /// Writes the value; numbers with their fixed count of decimals become numbers of the encoder.
    package func encode(to encoder: any Encoder) throws {
        switch read {
        case .object(let members):
            var container = encoder.container(keyedBy: Name.self)
            for (name, value) in members { try container.encode(value, forKey: Name(stringValue: name)) }
        case .array(let values):
            var container = encoder.unkeyedContainer()
            for value in values { try container.encode(value) }
        case .null, .raw:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .boolean(let flag):
            var container = encoder.singleValueContainer()
            try container.encode(flag)
        case .integer(let whole):
            var container = encoder.singleValueContainer()
            try container.encode(whole)
        case .number(let number, let decimals):
            var container = encoder.singleValueContainer()
            try container.encode(Double(JSONValue.fixed(number, decimals: decimals)) ?? number)
        case .text(let text):
            var container = encoder.singleValueContainer()
            try container.encode(text)
        }
    }
}
