namespace Realtime.Sdk.Testing;

/// <summary>The first decision in which a conversation differs from its recording.</summary>
/// <param name="Number">The number of the decision, counting from 1.</param>
/// <param name="Recorded">The recorded decision; null if the recording has no more.</param>
/// <param name="Actual">The decision that was made; null if no more were made.</param>
/// <param name="Reason">A description of the difference.</param>
public sealed record DecisionDifference(int Number, RecordedDecision? Recorded, RecordedDecision? Actual, string Reason)
{
    private static readonly string[] NotCompared = ["text", "message"];

    /// <summary>Returns both decisions and the reason as text, without the text of the conversation, and with keys masked.</summary>
    public override string ToString() =>
        PeerText.Sanitize($"Decision {Number} differs. Recorded: {Recorded?.ToString() ?? "none"}. Actual: {Actual?.ToString() ?? "none"}. {Reason}");

    internal static DecisionDifference? FindFirst(IReadOnlyList<RecordedDecision> recorded, IReadOnlyList<RecordedDecision> actual)
    {
        var (ids, reverseIds) = (new Dictionary<string, string>(StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal));
        for (var i = 0; i < Math.Max(recorded.Count, actual.Count); i++)
        {
            var (left, right) = (recorded.ElementAtOrDefault(i), actual.ElementAtOrDefault(i));
            var reason = left is null ? "The recording has no more decisions." : right is null ? "No more decisions were made." : FindDifference(left, right, ids, reverseIds);
            if (reason is not null)
                return new(i + 1, left, right, reason);
        }
        return null;
    }

    private static string? FindDifference(RecordedDecision left, RecordedDecision right, Dictionary<string, string> ids, Dictionary<string, string> reverseIds)
    {
        if (left.Type != right.Type)
            return $"The kind is {right.Type} instead of {left.Type}.";
        foreach (var name in left.Members.Keys.Union(right.Members.Keys).Where(name => !NotCompared.Contains(name) && !name.EndsWith("_ms", StringComparison.Ordinal)))
        {
            var (old, value) = (left.Members.GetValueOrDefault(name), right.Members.GetValueOrDefault(name));
            if (old is not null && value is not null && name.EndsWith("_id", StringComparison.Ordinal))
            {
                if (ids.TryAdd(old, value) ? !reverseIds.TryAdd(value, old) : ids[old] != value)
                    return $"{name} is '{value}', which corresponds to another ID of the recording than '{old}'.";
            }
            else if (old != value)
            {
                return $"{name} is '{value ?? "missing"}' instead of '{old ?? "missing"}'.";
            }
        }
        return null;
    }
}
