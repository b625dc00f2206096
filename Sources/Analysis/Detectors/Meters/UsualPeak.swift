// How much a channel of a home regularly gives: what its own days reached, single errors of a meter left out.

/// The greatest value that was reached on several days of the last quarter.
struct UsualPeak {
    /// Days that it remembers.
    static let memoryDays: Int64 = 90
    /// Days that must have reached a value: what a meter gave once or twice may be its error.
    private static let days = 3

    private var greatest: [(day: Int64, value: Int32)] = []
    private var today: (day: Int64, value: Int32)?
    /// The value; 0 before there are days enough.
    private(set) var value: Int32 = 0
    /// The number of days that are remembered.
    var dayCount: Int { greatest.count }

    /// Takes a value of a day; days come in order.
    mutating func take(_ value: Int32, day: Int64) {
        if let own = today, own.day == day {
            today = (day, max(own.value, value))
            return
        }
        if let own = today { greatest.append(own) }
        today = (day, value)
        greatest.removeAll { day - $0.day > UsualPeak.memoryDays }
        let sorted = greatest.map(\.value).sorted(by: >)
        self.value = sorted.count >= UsualPeak.days ? max(0, sorted[UsualPeak.days - 1]) : 0
    }
}
