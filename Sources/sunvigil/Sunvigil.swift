@main struct Sunvigil { static func main() {} }
