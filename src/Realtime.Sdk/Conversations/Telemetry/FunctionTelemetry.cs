using System.Diagnostics;

namespace Realtime.Sdk.Internal;

/// <summary>The spans and the metric of function calls. Used under the conversation's lock, except <see cref="MakeCurrent"/>.</summary>
internal sealed class FunctionTelemetry(ConversationTelemetry conversation, bool tracesContent, TimeProvider time)
{
    /// <summary>Called when a function begins to run. Its name is that of the agent, not what the model wrote.</summary>
    public void Started(CallState call)
    {
        if (!RealtimeDiagnostics.HasActivityListeners && !ConversationMetrics.IsEnabled)
            return;
        var tags = conversation.MetricTags();
        tags.Add(TelemetryNames.Operation, TelemetryNames.ExecuteToolOperation);
        tags.Add(TelemetryNames.ToolName, call.Function!.Tool.Name);
        call.Trace = new(StartSpan(call), tags, time.GetTimestamp());
    }

    /// <summary>Makes the span of a call the current one of its handler.</summary>
    public static void MakeCurrent(CallState call) => RealtimeDiagnostics.MakeCurrent(call.Trace?.Span ?? Activity.Current);

    /// <summary>Called when a call has ended.</summary>
    /// <param name="call">The call.</param>
    /// <param name="output">What was sent to the model; null if nothing was.</param>
    /// <param name="exception">Why it has no output of the function; null if it has, or was canceled.</param>
    public void Ended(CallState call, string? output, Exception? exception)
    {
        if (call.Trace is not { } trace)
            return;
        call.Trace = null;
        var tags = trace.Tags;
        if (call.Status != FunctionCallStatus.Completed)
        {
            var error = ErrorOf(exception);
            tags.Add(TelemetryNames.ErrorType, error);
            trace.Span?.SetStatus(ActivityStatusCode.Error).SetTag(TelemetryNames.ErrorType, error);
        }
        if (tracesContent && output is not null && trace.Span is { IsAllDataRequested: true } span)
            span.SetTag(TelemetryNames.ToolResult, ConversationContent.Of(output));
        RealtimeDiagnostics.Stop(trace.Span, time.GetUtcNow());
        ConversationMetrics.FunctionEnded(time.GetElapsedTime(trace.StartedAt), tags);
    }

    private Activity? StartSpan(CallState call)
    {
        if (!RealtimeDiagnostics.HasActivityListeners)
            return null;
        var name = call.Function!.Tool.Name;
        var tags = conversation.SpanTags(TelemetryNames.ExecuteToolOperation);
        tags.Add(TelemetryNames.ToolName, name);
        tags.Add(TelemetryNames.ToolType, TelemetryNames.FunctionToolType);
        tags.Add(TelemetryNames.ToolCallId, PeerText.Sanitize(call.CallId).ToString());
        if (tracesContent)
            tags.Add(TelemetryNames.ToolArguments, ConversationContent.Of(call.Arguments));
        return RealtimeDiagnostics.StartDetached(
            $"{TelemetryNames.ExecuteToolOperation} {name}", ActivityKind.Internal, conversation.ParentOf(call.Group.Response), time.GetUtcNow(), tags);
    }

    /// <summary>The convention wants the type of an exception. Calls that the end of the conversation cancels have none.</summary>
    private static string ErrorOf(Exception? exception) => exception switch
    {
        null => TelemetryNames.FinishedByCancellation,
        RealtimeException or OperationCanceledException => FailureReason.From(exception),
        _ => exception.GetType().FullName ?? FailureReason.From(exception),
    };
}
