/// A JSON value whose strings are exactly what the file says.
///
/// Foundation's decoder keeps an object in a dictionary, and String compares by canonical equivalence: of two keys
/// that differ in how an accent is written, one is lost. Here an object is a list, and names are compared by scalars.
enum JSON: Sendable {
    case null
    case bool(Bool)

    /// The whole number that it is; nil for one with a fraction or an exponent, or one beyond Int.
    case number(Int?)

    case string(String)
    case array([JSON])
    case object(JSONObject)

    var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    var array: [JSON]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    var wholeNumber: Int? {
        if case .number(let number) = self { number } else { nil }
    }

    var bool: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    var isNull: Bool {
        if case .null = self { true } else { false }
    }
}

/// The members of a JSON object, in the file's order.
struct JSONObject: Sendable {
    typealias Member = (name: String, value: JSON)

    let members: [Member]

    /// The value of this name, by scalars; of several members with it the last one's.
    subscript(name: String) -> JSON? {
        members.last { haveSameScalars($0.name, name) }?.value
    }
}

/// Whether two texts are the same scalars; `==` says so of canonically equivalent ones too.
func haveSameScalars(_ first: String, _ second: String) -> Bool {
    first.utf8.elementsEqual(second.utf8)
}
