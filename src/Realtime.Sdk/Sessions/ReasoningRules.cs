namespace Realtime.Sdk.Internal;

/// <summary>Rules for the members that only reasoning models accept. Unrecognized models, including Azure deployments, are not checked.</summary>
internal static class ReasoningRules
{
    private const string ReasoningModelPrefix = "gpt-realtime-2";

    private static readonly string[] Families = ["gpt-realtime", "gpt-audio", "gpt-4o-realtime", "gpt-4o-mini-realtime"];

    public static void Check(Constraints constraints, string? model, bool? parallelToolCalls, RealtimeReasoning? reasoning)
    {
        if (model is null || IsReasoning(model) || !IsKnown(model))
            return;
        if (parallelToolCalls is not null)
            constraints.Warning("parallel_tool_calls", null, $"should be sent only with reasoning models such as {ReasoningModelPrefix}");
        if (reasoning is not null)
            constraints.Warning("reasoning", null, $"should be sent only with reasoning models such as {ReasoningModelPrefix}");
    }

    private static bool IsKnown(string model)
    {
        foreach (var family in Families)
        {
            if (model.StartsWith(family, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    // gpt-realtime-2 and gpt-realtime-2.1-mini are reasoning models; gpt-realtime-2025-08-28 is not, so no digit may follow the prefix.
    private static bool IsReasoning(string model) =>
        model.StartsWith(ReasoningModelPrefix, StringComparison.Ordinal) && (model.Length == ReasoningModelPrefix.Length || !char.IsAsciiDigit(model[ReasoningModelPrefix.Length]));
}
