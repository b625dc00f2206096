// The kinds of values of Thrift's compact protocol, by the numbers that stand for them in the file. Reader, skipper and
// writer share them; how a value of each kind lies in the file is theirs to know.
// Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md

/// The kind of a value, as half a byte in front of a field or a list says it.
///
/// Any other number is damage; it stays a number until a value of it would be read, so that the error names it.
enum ThriftKind: UInt8 {
    /// A flag that is set. A field has its value in its kind; an element of a list has it in a byte of its own.
    case booleanTrue = 1
    /// A flag that is not set.
    case booleanFalse = 2
    case int8 = 3
    case int16 = 4
    case int32 = 5
    case int64 = 6
    case double = 7
    /// Bytes or text behind their count.
    case binary = 8
    case list = 9
    case set = 10
    case map = 11
    case structure = 12
}

/// The byte in front of a field or the elements of a list: a number in the high half, a kind in the low one.
enum ThriftHead {
    /// The byte behind the last field of a structure.
    static let stop: UInt8 = 0
    /// The largest step from the number of one field to the next that the head holds; 0 stands for a number behind it.
    static let longestStep = 15
    /// The count in the head of a list that stands for one behind it.
    static let longCount: UInt8 = 15

    /// Returns the number of a kind, known or not.
    @inline(__always)
    static func kind(_ head: UInt8) -> UInt8 { head & 15 }

    /// Returns the step to a field's number, or the count of a list.
    @inline(__always)
    static func number(_ head: UInt8) -> UInt8 { head >> 4 }

    /// Returns a head.
    ///
    /// - Parameter number: 0 to 15.
    static func joined(_ number: UInt8, _ kind: ThriftKind) -> UInt8 { number << 4 | kind.rawValue }
}
