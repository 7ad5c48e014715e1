package org.squeezebert.edge.text

/**
 * Base of every exception that this library throws on purpose.
 *
 * The message is one line: what is wrong, where, and what to do.
 *
 * @property type the name that the project's other programs give to this kind of error, as in result documents
 */
public open class EdgeException(public val type: String, message: String, cause: Throwable? = null) :
    Exception(message, cause)

/** Bad input: a file, a text, a request. */
public class InputException(message: String, cause: Throwable? = null) : EdgeException("InputError", message, cause)

/** A model does not compute what its checkpoint computes. */
public class GateException(message: String, cause: Throwable? = null) : EdgeException("GateError", message, cause)

/** A runtime failed on a model. */
public class ConversionException(message: String, cause: Throwable? = null) :
    EdgeException("ConversionError", message, cause)

/** The device is too hot, full, or cannot do what was asked. */
public class DeviceException(message: String, cause: Throwable? = null) : EdgeException("DeviceError", message, cause)
