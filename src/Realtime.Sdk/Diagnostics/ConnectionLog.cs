using Microsoft.Extensions.Logging;

namespace Realtime.Sdk.Internal;

/// <summary>What connections write to the log. Ids are fixed; the server's words appear only without control characters.</summary>
internal static partial class ConnectionLog
{
    [LoggerMessage(100, LogLevel.Information, "Connecting to {Host} for {Target}.")]
    public static partial void Connecting(ILogger logger, string host, string target);

    [LoggerMessage(101, LogLevel.Information, "Connected to {Host} in {Elapsed} ms.")]
    public static partial void Connected(ILogger logger, string host, long elapsed);

    [LoggerMessage(102, LogLevel.Information, "The connection ended normally. {Reason}")]
    public static partial void Ended(ILogger logger, string reason);

    [LoggerMessage(103, LogLevel.Warning, "The connection failed. {Reason}")]
    public static partial void Failed(ILogger logger, string reason);

    [LoggerMessage(104, LogLevel.Warning, "Events are read too slowly: {Unread} bytes wait, and events of the kinds named for it are being dropped.")]
    public static partial void Dropping(ILogger logger, long unread);

    [LoggerMessage(105, LogLevel.Information, "The server sent an event of the unknown kind {Type}; it is passed on as it came, and not mentioned again.")]
    public static partial void UnknownKind(ILogger logger, string type);

    [LoggerMessage(106, LogLevel.Trace, "Received {Type}, {Bytes} bytes.{Content}")]
    public static partial void Received(ILogger logger, string type, int bytes, string content);

    [LoggerMessage(107, LogLevel.Trace, "Sending {Type}, {Bytes} bytes.{Content}")]
    public static partial void Sending(ILogger logger, string type, int bytes, string content);

    [LoggerMessage(108, LogLevel.Warning, "Message number {Count} that could not be read, {Bytes} bytes: {Reason}")]
    public static partial void Malformed(ILogger logger, long count, long bytes, string reason);

    [LoggerMessage(109, LogLevel.Warning, "No connection: {Kind}. {Reason}")]
    public static partial void Refused(ILogger logger, string kind, string reason);

    [LoggerMessage(110, LogLevel.Debug, "{Type} is sent although {Path} {Rule}.")]
    public static partial void Questionable(ILogger logger, string type, string path, string rule);

    /// <summary>The peer's words as they may stand in one line of a log.</summary>
    public static string OneLine(string text) =>
        string.Create(Math.Min(text.Length, 200), text, static (line, from) =>
        {
            for (var i = 0; i < line.Length; i++)
                line[i] = char.IsControl(from[i]) ? ' ' : from[i];
        });
}
