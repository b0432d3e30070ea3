namespace Realtime.Sdk.Internal;

/// <summary>
/// The exception filter for callbacks of the application that only observe: loggers, and listeners of activities and measurements. They may throw, for
/// example a logger whose factory was disposed during shutdown of the host. The operation continues regardless.
/// </summary>
internal static class CallbackExceptions
{
    /// <summary>
    /// Whether an exception of such a callback is ignored. It always is: the caller must get the result of the operation, not a failure of its logging.
    /// </summary>
    public static bool CanIgnore(Exception exception) => exception is not null;
}
