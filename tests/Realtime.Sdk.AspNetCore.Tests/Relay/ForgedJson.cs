using System.Text;
using System.Text.Json;

namespace Realtime.Sdk.AspNetCore.Tests.Relay;

/// <summary>Rewrites valid JSON in forms that readers understand in different ways, or not at all.</summary>
internal sealed class ForgedJson(Random random)
{
    private static readonly string[] Spaces = [" ", "\t", "\n", "\r\n", "   "];

    private double _escapes;
    private bool _hasSpace, _hasComments, _hasTrailingCommas;
    private int _repeated = -1;
    private int _members;

    public string WithEscapes(string json) => Write(json, writer => writer._escapes = random.Next(2) == 0 ? 1 : 0.2);

    public string WithSpace(string json) => Write(json, writer => writer._hasSpace = true);

    public string WithComments(string json) => Write(json, writer => (writer._hasComments, writer._hasTrailingCommas) = random.Next(3) switch { 0 => (true, false), 1 => (false, true), _ => (true, true) });

    /// <summary>Writes a member of any level twice, the first or the second time with another value.</summary>
    public string WithRepeatedMember(string json) => Write(json, writer => writer._repeated = random.Next(CountMembers(json)));

    public string WithFirst(string json, string name, string value) => $"{{\"{name}\":\"{value}\",{json[1..]}";

    public string WithLast(string json, string name, string value) => $"{json.TrimEnd()[..^1]},\"{name}\":\"{value}\"}}";

    /// <summary>Changes the case of the member "type" or of its value, also with a member that has the usual case and allowed values.</summary>
    public string WithOtherCase(string json) => random.Next(5) switch
    {
        0 => json.Replace("\"type\":", "\"Type\":", StringComparison.Ordinal),
        1 => json.Replace("\"type\":", "\"TYPE\":", StringComparison.Ordinal),
        2 => WithFirst(json.Replace("\"type\":", "\"Type\":", StringComparison.Ordinal), "type", "input_audio_buffer.clear"),
        3 => WithLast(json.Replace("\"type\":", "\"tYpe\":", StringComparison.Ordinal), "type", "input_audio_buffer.commit"),
        _ => ReplaceType(json, type => $"\"{type.ToUpperInvariant()}\""),
    };

    /// <summary>Gives the event a type that is not a string.</summary>
    public string WithWrongType(string json) => ReplaceType(json, type => random.Next(6) switch
    {
        0 => $"[\"{type}\"]",
        1 => $"{{\"type\":\"{type}\"}}",
        2 => "1",
        3 => "null",
        4 => "true",
        _ => $"{type}",
    });

    /// <summary>Adds characters to the type that are not visible, or replaces some by others that look the same.</summary>
    public string WithStrangeType(string json) => ReplaceType(json, type => random.Next(9) switch
    {
        0 => $"\"{type}\\u0000\"",
        1 => $"\"{type}\0\"",
        2 => $"\"\\u200b{type}\"",
        3 => $"\"{type} \"",
        4 => $"\"\\n{type}\"",
        5 => $"\"{type.Replace('e', '\u0435')}\"",
        6 => $"\"{type.Replace(".", "\\uff0e", StringComparison.Ordinal)}\"",
        7 => $"\"input_audio_buffer.clear\\u0000{type}\"",
        _ => $"\"{type}\u0001\"",
    });

    public string WithLoneSurrogate(string json) => random.Next(4) switch
    {
        0 => ReplaceType(json, type => $"\"{type}\\ud800\""),
        1 => WithLast(json, "\\ud800", "x"),
        2 => WithFirst(json, "type\\udc00", "input_audio_buffer.clear"),
        _ => WithFirst(json, "event_id", "\\udfff"),
    };

    private static string ReplaceType(string json, Func<string, string> replace)
    {
        const string member = "\"type\":\"";
        var start = json.IndexOf(member, StringComparison.Ordinal) + member.Length;
        var end = json.IndexOf('"', start);
        return $"{json[..(start - 1)]}{replace(json[start..end])}{json[(end + 1)..]}";
    }

    private static int CountMembers(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Count(document.RootElement);

        static int Count(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.Object => value.EnumerateObject().Sum(member => 1 + Count(member.Value)),
            JsonValueKind.Array => value.EnumerateArray().Sum(Count),
            _ => 0,
        };
    }

    private string Write(string json, Action<ForgedJson> configure)
    {
        // Text that is not valid JSON any longer is left as it is.
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json);
        }
        catch (JsonException)
        {
            return json;
        }
        using (document)
        {
            var writer = new ForgedJson(random);
            configure(writer);
            var text = new StringBuilder();
            writer.Write(document.RootElement, text);
            return text.ToString();
        }
    }

    private void Write(JsonElement value, StringBuilder text)
    {
        Pad(text);
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteMembers(value, text);
                break;
            case JsonValueKind.Array:
                WriteAll('[', ']', [.. value.EnumerateArray().Select(element => (Action)(() => Write(element, text)))], text);
                break;
            case JsonValueKind.String:
                WriteText(value.GetString()!, text);
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
        Pad(text);
    }

    private void WriteMembers(JsonElement value, StringBuilder text)
    {
        var members = new List<Action>();
        foreach (var member in value.EnumerateObject())
        {
            void WriteName()
            {
                Pad(text);
                WriteText(member.Name, text);
                Pad(text);
                text.Append(':');
            }

            var isRepeated = _members++ == _repeated;
            var decoy = random.Next(5) switch { 0 => "null", 1 => "\"\"", 2 => "{}", 3 => "[]", _ => "\"input_audio_buffer.clear\"" };
            var write = () =>
            {
                WriteName();
                Write(member.Value, text);
            };
            void WriteDecoy()
            {
                WriteName();
                text.Append(decoy);
            }

            members.AddRange(!isRepeated ? [write] : random.Next(2) == 0 ? [write, WriteDecoy] : [WriteDecoy, write]);
        }
        WriteAll('{', '}', members, text);
    }

    private void WriteAll(char open, char close, List<Action> writes, StringBuilder text)
    {
        text.Append(open);
        for (var i = 0; i < writes.Count; i++)
        {
            if (i > 0)
                text.Append(',');
            writes[i]();
        }
        if (_hasTrailingCommas && writes.Count > 0)
            text.Append(',');
        text.Append(close);
    }

    private void WriteText(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.Value is '"' or '\\' or < ' ' || random.NextDouble() < _escapes)
                text.Append(string.Concat(rune.ToString().Select(unit => $"\\u{(int)unit:x4}")));
            else
                text.Append(rune.ToString());
        }
        text.Append('"');
    }

    private void Pad(StringBuilder text)
    {
        if (_hasSpace)
            text.Append(Spaces[random.Next(Spaces.Length)]);
        if (_hasComments)
            text.Append(random.Next(2) == 0 ? "/* x */" : "// x\n");
    }
}
