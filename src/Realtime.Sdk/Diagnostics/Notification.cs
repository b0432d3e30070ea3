namespace Realtime.Sdk.Internal;

/// <summary>
/// The exception filter for code of the application that is only notified: loggers, and listeners of activities and measurements. Such code may
/// throw, for example a logger whose factory was disposed during shutdown of the host. The operation continues regardless.
/// </summary>
internal static class Notification
{
    /// <summary>
    /// Whether an exception of a notified callback is discarded. It always is: the caller must learn how the operation ended, not how its logging ended.
    /// </summary>
    public static bool Discards(Exception exception) => exception is not null;
}
