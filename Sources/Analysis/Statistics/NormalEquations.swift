// Least squares with a few unknowns.

/// Least squares with a few unknowns.
struct NormalEquations {
    private let count: Int
    private var matrix: [[Double]]
    private var right: [Double]
    private var square = 0.0

    /// Makes an empty system.
    init(count: Int) {
        self.count = count
        matrix = Array(repeating: Array(repeating: 0, count: count), count: count)
        right = Array(repeating: 0, count: count)
    }

    /// Adds an observation.
    mutating func add(_ row: [Double], _ value: Double, weight: Double = 1) {
        for first in 0..<count {
            for second in 0..<count { matrix[first][second] += weight * row[first] * row[second] }
            right[first] += weight * row[first] * value
        }
        square += weight * value * value
    }

    /// Returns the solution; an unknown that the observations say nothing of is 0. nil where two cannot be told apart.
    func solution() -> [Double]? {
        var left = matrix
        var right = right
        var isFree = [Bool](repeating: false, count: count)
        for column in 0..<count where left[column][column] < 1e-12 { isFree[column] = true }
        for pivot in 0..<count where !isFree[pivot] {
            guard abs(left[pivot][pivot]) > 1e-9 * (matrix[pivot][pivot] + 1e-300) else { return nil }
            for row in (pivot + 1)..<max(pivot + 1, count) where !isFree[row] {
                let factor = left[row][pivot] / left[pivot][pivot]
                for column in pivot..<count { left[row][column] -= factor * left[pivot][column] }
                right[row] -= factor * right[pivot]
            }
        }
        var solution = [Double](repeating: 0, count: count)
        for row in stride(from: count - 1, through: 0, by: -1) where !isFree[row] {
            var value = right[row]
            for column in (row + 1)..<max(row + 1, count) { value -= left[row][column] * solution[column] }
            solution[row] = value / left[row][row]
        }
        return solution
    }

    /// Returns the sum of squared residuals of a solution.
    func residual(_ solution: [Double]) -> Double {
        square - zip(solution, right).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
