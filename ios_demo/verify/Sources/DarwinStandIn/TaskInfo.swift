// https://developer.apple.com/documentation/kernel/1537934-task_info, mach/task_info.h

/// Names of C's types.
public typealias integer_t = Int32
/// Names of C's types.
public typealias kern_return_t = Int32
/// Names of C's types.
public typealias mach_port_t = UInt32
/// Names of C's types.
public typealias mach_msg_type_number_t = UInt32
/// Names of C's types.
public typealias task_flavor_t = UInt32
/// Names of C's types.
public typealias task_info_t = UnsafeMutablePointer<integer_t>

/// Success.
public let KERN_SUCCESS: Int32 = 0

/// What `task_info` can tell of virtual memory.
public let TASK_VM_INFO: Int32 = 22

/// This process; a variable, as in C.
public var mach_task_self_: mach_port_t = 259

/// Memory of a process. Of C's fields only those that are read.
public struct task_vm_info_data_t {
    /// Bytes that the process is charged for.
    public var phys_footprint: UInt64 = 0

    /// The most that they were.
    public var ledger_phys_footprint_peak: Int64 = 0

    /// All zero.
    public init() {}
}

/// Fills in what is known of a process. `task_info_outCnt` is the room that there is, in `integer_t`.
public func task_info(
    _ target_task: mach_port_t,
    _ flavor: task_flavor_t,
    _ task_info_out: task_info_t!,
    _ task_info_outCnt: UnsafeMutablePointer<mach_msg_type_number_t>!
) -> kern_return_t {
    let room = MemoryLayout<task_vm_info_data_t>.size / MemoryLayout<integer_t>.size
    guard target_task == mach_task_self_, flavor == TASK_VM_INFO, task_info_outCnt.pointee == room else {
        // KERN_INVALID_ARGUMENT
        return 4
    }
    var info = task_vm_info_data_t()
    info.phys_footprint = 200_000_000
    info.ledger_phys_footprint_peak = 300_000_000
    UnsafeMutableRawPointer(task_info_out).storeBytes(of: info, as: task_vm_info_data_t.self)
    return KERN_SUCCESS
}
