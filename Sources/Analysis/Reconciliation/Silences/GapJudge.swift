// What is said of each silence: which evidence decides, and what happened.

import Readings

extension Reconciliation {
    /// All that silences are judged by.
    struct GapJudge {
        let input: ReconciliationInput
        let reconciler: GapReconciler
        let registers: RegisterReconciler
        let sky: ClearSky
        let days: MonitorDays
        let bound: ProductionBound

        /// Judges a silence of a day or longer.
        func judge(_ gap: Interval) -> GapEstimate {
            var estimate = GapEstimate(gap: gap)
            estimate.mostKWh = bound.mostKWh(gap)
            let cover = UtilityCover(input.utility, gap: gap, days: days)
            estimate.lowerBound = lowerBound(gap, cover)
            note(&estimate, cover)
            if days.channels.contains(.produced), let silence = reconciler.observed.silence(gap, sky: sky) {
                let skyEstimate = reconciler.sky.estimate(silence)
                estimate.sky = skyEstimate
                estimate.production = skyEstimate
                estimate.evidence = .clearSky
                if !silence.sides.isTwoSided { estimate.isProvisional = true }
                if days.channels.contains(.consumed) {
                    weigh(&estimate, silence, sky: skyEstimate, cover: cover)
                }
            } else if let most = estimate.mostKWh, estimate.lowerBound ?? 0 > most {
                estimate.impossibleBeyond = most
                estimate.lowerBound = nil
            }
            askRegisters(&estimate)
            if let most = estimate.mostKWh, var production = estimate.production {
                production.value = min(most, production.value)
                estimate.production = production
            }
            return estimate
        }

        /// Takes the registers, those that can be true.
        private func askRegisters(_ estimate: inout GapEstimate) {
            let trial = RegisterTrial(
                input.registers.compactMap { registers.evidence($0, estimate.gap) },
                gap: estimate.gap,
                bound: bound
            )
            let (register, doubts) = trial.verdict(
                lowerBound: estimate.lowerBound,
                balance: estimate.impossibleBeyond == nil ? estimate.balance?.production : nil
            )
            estimate.register = register
            estimate.doubts = doubts
            guard let register else { return }
            guard register.isWhole else {
                let counted =
                    register.production.value
                    - ReconciliationParameters.boundDeviations * register.production.deviation
                estimate.lowerBound = max(estimate.lowerBound ?? 0, counted)
                return
            }
            estimate.isRegisterConfirmed =
                trial.isConfirmed(register)
                || estimate.sky.map {
                    abs($0.value - register.production.value) <= $0.halfWidth90
                        + register.production.halfWidth90
                } ?? false
            decide(&estimate, by: register.production)
        }

        /// Tells whether bills may still come, and up to when there are some.
        private func note(_ estimate: inout GapEstimate, _ cover: UtilityCover?) {
            let last = reconciler.bills.bills.filter { $0.period.problem == nil }.map(\.period.end).max()
            guard cover == nil else { return }
            let end = input.zone.wallClock(atUTCSeconds: estimate.gap.endUTCSeconds - 1).day
            if last.map({ $0 <= end }) ?? true {
                estimate.isProvisional = true
                estimate.billsReachTo = last
            }
        }

        /// Holds the sky against the balance, where there is one.
        private func weigh(
            _ estimate: inout GapEstimate,
            _ silence: Silence,
            sky: Estimate,
            cover: UtilityCover?
        ) {
            let model = reconciler.loadModel(silence)
            guard
                let billed = cover.map({ reconciler.bills.covered($0, silence) })
                    ?? reconciler.bills.billed(silence)
            else { return }
            let load = model.estimate(silence, reconciler.observed)
            let fusion = reconciler.fusion(silence, sky: sky, load: load, billed: billed, cover: cover)
            let fused = fusion.result()
            let balance = GapBalance(
                fusion,
                battery: fused.battery,
                flatShare: fused.flatShare,
                billed: billed,
                usesTemperature: model.usesTemperature
            )
            estimate.balance = balance
            let own = balance.production
            if let most = beyondPossible(own, estimate) {
                // Numbers that no sun can explain are wrong numbers: nothing is concluded from them.
                estimate.impossibleBeyond = most
                estimate.lowerBound = nil
                return
            }
            if billed.unbilledDays > ReconciliationParameters.provisionalDays {
                estimate.isProvisional = true
            }
            estimate.verdict = verdict(
                &estimate,
                sky: sky,
                balance: own,
                fusion: fusion,
                excess: reconciler.sky.excess(silence)
            )
            settle(&estimate, fused, balance: own)
        }

        /// Returns what the panels could have made at most, where a balance says more than that or less than nothing.
        private func beyondPossible(_ own: Estimate, _ estimate: GapEstimate) -> Double? {
            guard let most = estimate.mostKWh else { return nil }
            let isImpossible =
                own.value - own.halfWidth90 > most || own.value + 2 * own.halfWidth90 < 0
                || estimate.lowerBound ?? 0 > most
            return isImpossible ? most : nil
        }

        /// Takes the estimate on which the verdict rests.
        private func settle(_ estimate: inout GapEstimate, _ fused: GapFusion.Result, balance: Estimate) {
            if estimate.verdict == .productionPartlyLost || estimate.verdict == .productionStopped {
                // The sky says what working panels would have made: it is no evidence of what these made.
                var own = balance
                own.value = max(0, own.value)
                estimate.production = own
                estimate.evidence = .balance
            } else {
                estimate.production = fused.production
                estimate.skyWeight = fused.skyWeight
                estimate.evidence = .combined
            }
            if var production = estimate.production, let bound = estimate.lowerBound,
                production.value < bound
            {
                production.value = bound
                estimate.production = production
            }
        }

        /// What happened, by the sky and the balance, each standing for itself.
        private func verdict(
            _ estimate: inout GapEstimate,
            sky: Estimate,
            balance: Estimate,
            fusion: GapFusion,
            excess: Double
        ) -> OutageVerdict {
            let deviation = (sky.variance + balance.variance).squareRoot()
            guard sky.value > 0, deviation > 0 else { return .cannotTell }
            let quantile =
                ReconciliationParameters.lossMargin
                * StudentT.quantile95(degreesOfFreedom: sky.degreesOfFreedom + balance.degreesOfFreedom)
            let detectable = (quantile + ReconciliationParameters.powerQuantile) * deviation / sky.value
            estimate.detectableLoss = detectable < 1 ? detectable : nil
            let stopped = ReconciliationParameters.stoppedShare * sky.value
            let allowed =
                (squared(max(quantile * sky.deviation, excess)) + squared(quantile) * balance.variance)
                .squareRoot()
            let isLess = sky.value - balance.value > allowed
            // A home that used more than it seemed would look the same; its import tells it.
            if isLess && fusion.lossEvidence().ratio > squared(quantile) {
                let margin = ReconciliationParameters.stoppedMargin
                let isNothing = balance.value - margin * balance.halfWidth90 <= 0
                return balance.value < margin * stopped && isNothing
                    ? .productionStopped : .productionPartlyLost
            }
            let proved = max(estimate.lowerBound ?? 0, balance.value - balance.halfWidth90)
            return proved > stopped ? .reportingOnly : .cannotTell
        }

        /// A register that counted through the whole silence decides.
        private func decide(_ estimate: inout GapEstimate, by counted: Estimate) {
            estimate.production = counted
            estimate.evidence = .register
            estimate.skyWeight = nil
            estimate.isProvisional = false
            guard let sky = estimate.sky, sky.value > 0 else {
                // Where nothing says what is possible, a count alone may be anything.
                let isPossible = estimate.mostKWh.map { counted.value > 0.05 * $0 } ?? false
                estimate.verdict = isPossible ? .reportingOnly : .cannotTell
                return
            }
            let deviation = (sky.variance + counted.variance).squareRoot()
            let quantile =
                ReconciliationParameters.registerLossMargin
                * StudentT.quantile95(degreesOfFreedom: sky.degreesOfFreedom)
            estimate.detectableLoss =
                (quantile + ReconciliationParameters.powerQuantile) * deviation / sky.value
            if counted.value < ReconciliationParameters.registerStoppedShare * sky.value {
                estimate.verdict = .productionStopped
            } else if sky.value - counted.value > quantile * deviation {
                estimate.verdict = .productionPartlyLost
            } else {
                estimate.verdict = .reportingOnly
            }
        }

        /// Production that the utility's figures prove without any model: nil where they say nothing.
        private func lowerBound(_ gap: Interval, _ cover: UtilityCover?) -> Double? {
            if let cover { return max(0, cover.exported - reconciler.batteries.capacityKWh) }
            return reconciler.bills.lowerBound(gap)
        }
    }
}
