namespace Realtime.Sdk.Internal;

/// <summary>
/// The rule for calls that only notify the application: its loggers, and its listeners of activities and measurements. Such code may throw, for
/// example a logger whose factory a host that is shutting down has disposed. The operation that it is notified of goes on as if it had not.
/// </summary>
internal static class Notification
{
    /// <summary>
    /// Whether the exception of a notified callback is discarded. It always is: the caller of an operation is told how the operation ended, not
    /// how its logging did.
    /// </summary>
    public static bool Discards(Exception exception) => exception is not null;
}
