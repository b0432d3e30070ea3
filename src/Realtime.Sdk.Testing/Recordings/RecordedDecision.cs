using System.Globalization;
using System.Text;

namespace Realtime.Sdk.Testing;

/// <summary>A decision of a recorded conversation, for example that a reply was requested or that the agent was interrupted.</summary>
public sealed record RecordedDecision
{
    internal RecordedDecision() { }

    /// <summary>The time since the first line of the recording.</summary>
    public TimeSpan At { get; private init; }

    /// <summary>The kind, for example <c>reply_requested</c>. The guide to recordings lists all kinds.</summary>
    public string Type { get; private init; } = "";

    /// <summary>The number of the conversation, counting from 1.</summary>
    public int Conversation { get; private init; } = 1;

    /// <summary>The other members. The names of IDs end with <c>_id</c>; <c>text</c> is text of the conversation.</summary>
    public IReadOnlyDictionary<string, string> Members { get; private init; } = new Dictionary<string, string>();

    /// <summary>Returns time, kind and members as text, without the text of the conversation, and with keys masked.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"{At.TotalSeconds:0.000} s {Type}"));
        foreach (var (name, value) in Members)
        {
            if (name != "text")
                text.Append(CultureInfo.InvariantCulture, $" {name}={value}");
        }
        return PeerText.Sanitize(text.ToString());
    }

    internal static RecordedDecision From(RecordedLine line) => new()
    {
        At = line.At,
        Type = line.Type,
        Conversation = line.Source,
        Members = line.Content.Where(member => member.Key != "type").ToDictionary(member => member.Key, member => member.Value?.ToString() ?? "null", StringComparer.Ordinal),
    };
}
