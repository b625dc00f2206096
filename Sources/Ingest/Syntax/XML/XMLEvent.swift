// What the reader of XML hands on.

/// What the reader meets.
enum XMLEvent {
    /// An element begins; the name is without its prefix.
    case start(String, namespace: String, attributes: [(name: String, value: String)])
    /// Text inside an element, entities resolved; not blank.
    case text(String)
    /// An element ends.
    case end(String)
}
