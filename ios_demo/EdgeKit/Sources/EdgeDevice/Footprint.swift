#if canImport(Darwin)
    // C's variable for this process is no constant to Swift, though nothing changes it.
    @preconcurrency import Darwin

    /// Memory that this process is charged for, which is what iOS ends apps for.
    public struct Footprint: Equatable, Sendable {
        /// Bytes now.
        public let bytes: Int

        /// The most that they were since the process began.
        public let peakBytes: Int

        /// What it is now; nil if the system does not say.
        public static func now() -> Footprint? {
            var info = task_vm_info_data_t()
            var count = mach_msg_type_number_t(MemoryLayout.size(ofValue: info) / MemoryLayout<integer_t>.size)
            let result = withUnsafeMutablePointer(to: &info) { pointer in
                pointer.withMemoryRebound(to: integer_t.self, capacity: Int(count)) {
                    task_info(mach_task_self_, task_flavor_t(TASK_VM_INFO), $0, &count)
                }
            }
            guard result == KERN_SUCCESS else { return nil }
            return Footprint(bytes: Int(info.phys_footprint), peakBytes: Int(info.ledger_phys_footprint_peak))
        }
    }
#endif
