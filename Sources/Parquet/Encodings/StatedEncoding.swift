// An encoding as a file states it, known or not. What an encoding is stands in Encoding.

/// What a page says of an encoding: a number, which may stand for none. It is looked up once a page.
struct StatedEncoding {
    /// The encoding; nil where the number stands for none that is known here.
    let known: Encoding?
    private let number: Int64

    /// Takes the number of a page; nil where the page has none.
    init(_ number: Int64?) {
        self.number = number ?? -1
        known = Encoding(rawValue: self.number)
    }

    /// Tells whether values are indices of a dictionary.
    var isDictionary: Bool { known?.isDictionary == true }

    /// The name in the format's specification, or the number.
    var name: String { known?.name ?? "number \(number)" }

    /// The error of a page that is encoded in a way that is not read here.
    var unsupported: ParquetError { .unsupported(.encoding(name), ParquetError.Place()) }
}
