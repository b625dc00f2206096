// The report room; see MonthlyReport.swift.
