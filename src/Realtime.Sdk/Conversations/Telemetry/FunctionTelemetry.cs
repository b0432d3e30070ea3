using System.Diagnostics;

namespace Realtime.Sdk.Internal;

/// <summary>
/// The spans and the metric of function calls. Both measure <see cref="FunctionCall.Duration"/>: from the start until the outcome is decided. Used under the
/// conversation's lock, except <see cref="MakeCurrent"/>.
/// </summary>
internal sealed class FunctionTelemetry(ConversationTelemetry conversation, bool tracesContent, TimeProvider time)
{
    /// <summary>Begins the telemetry of a call. Its name is that of the agent's function, not text of the model, so that the number of time series is bounded.</summary>
    public void Begin(CallState call)
    {
        if (!RealtimeDiagnostics.HasActivityListeners && !ConversationMetrics.IsEnabled)
            return;
        var agentName = PeerText.Sanitize(call.Group.Agent.Name);
        var tags = conversation.CreateMetricTags(agentName);
        tags.Add(TelemetryNames.Operation, TelemetryNames.ExecuteToolOperation);
        tags.Add(TelemetryNames.ToolName, call.Function!.Tool.Name);
        tags.Add(TelemetryNames.ToolType, TelemetryNames.FunctionToolType);
        call.Trace = new(StartSpan(call, agentName), tags);
    }

    /// <summary>Makes the span of a call current in its handler.</summary>
    public static void MakeCurrent(CallState call)
    {
        if (call.Trace?.Span is { } span)
            RealtimeDiagnostics.MakeCurrent(span);
    }

    /// <summary>Records why a call ends without an output of its function.</summary>
    public static void RecordFailure(CallState call, in FunctionError error) => call.Trace?.Error = error.Type ?? GetErrorType(error.Exception);

    /// <summary>Ends the telemetry of a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="output">The text that was sent to the model; null if none was sent.</param>
    public void End(CallState call, string? output)
    {
        if (call.Trace is not { } trace)
            return;
        call.Trace = null;
        var tags = trace.Tags;
        if (call.Status != FunctionCallStatus.Completed)
        {
            // Only the end of the conversation, and the deletion of the item, end a call without an error.
            var error = trace.Error ?? TelemetryNames.FinishedByCancellation;
            tags.Add(TelemetryNames.ErrorType, error);
            trace.Span?.SetStatus(ActivityStatusCode.Error).SetTag(TelemetryNames.ErrorType, error);
        }
        if (trace.Span is { } span)
        {
            if (tracesContent && output is not null && span.IsAllDataRequested)
                span.SetTag(TelemetryNames.ToolResult, ConversationContent.Format(output));
            RealtimeDiagnostics.Stop(span, span.StartTimeUtc + call.Duration);
        }
        ConversationMetrics.RecordFunction(call.Duration, tags);
    }

    private Activity? StartSpan(CallState call, string agentName)
    {
        if (!RealtimeDiagnostics.HasActivityListeners)
            return null;
        var tool = call.Function!.Tool;
        var tags = conversation.CreateSpanTags(TelemetryNames.ExecuteToolOperation);
        tags.Add(TelemetryNames.AgentName, agentName);
        tags.Add(TelemetryNames.ToolName, tool.Name);
        tags.Add(TelemetryNames.ToolType, TelemetryNames.FunctionToolType);
        tags.Add(TelemetryNames.ToolCallId, PeerText.Sanitize(call.CallId).ToString());
        if (tool.Description is { Length: > 0 } description)
            tags.Add(TelemetryNames.ToolDescription, description);
        if (tracesContent)
            tags.Add(TelemetryNames.ToolArguments, ConversationContent.Format(call.Arguments));
        return RealtimeDiagnostics.StartDetached(
            $"{TelemetryNames.ExecuteToolOperation} {tool.Name}", ActivityKind.Internal, conversation.GetParent(call.Group.Response), time.GetUtcNow(), tags);
    }

    /// <summary>Returns the SDK's failure reason for an exception or, if there is none, the name of its type, as the OpenTelemetry conventions require.</summary>
    private static string GetErrorType(Exception exception) =>
        FailureReason.From(exception) is var reason && reason != FailureReason.Other ? reason : exception.GetType().FullName ?? reason;
}
