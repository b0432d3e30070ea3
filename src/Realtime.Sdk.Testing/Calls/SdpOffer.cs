namespace Realtime.Sdk.Testing.Internal;

/// <summary>An SDP offer (RFC 8866) of a WebRTC peer.</summary>
internal sealed class SdpOffer
{
    private const int OriginFields = 6;

    private static readonly string[] Head = ["v=0", "o=", "s="];

    private SdpOffer(IReadOnlyList<string> session, IReadOnlyList<SdpSection> sections) => (Session, Sections) = (session, sections);

    /// <summary>The lines before the first <c>m=</c> line.</summary>
    public IReadOnlyList<string> Session { get; }

    /// <summary>The media sections, in order.</summary>
    public IReadOnlyList<SdpSection> Sections { get; }

    /// <summary>Parses an offer. An offer that no WebRTC stack could answer is refused with the reason.</summary>
    /// <exception cref="EmulatorHttpException">The text is not a valid SDP offer for WebRTC.</exception>
    public static SdpOffer Parse(string sdp)
    {
        if (string.IsNullOrWhiteSpace(sdp))
            throw EmulatorHttpException.MissingParameter("sdp");
        var lines = SplitLines(sdp);
        var session = lines.TakeWhile(line => !IsMedia(line)).ToList();
        CheckHead(session);
        if (session.Count == lines.Count)
            throw Invalid("it has no m= line");
        var sections = new List<List<string>>();
        foreach (var line in lines.Skip(session.Count))
        {
            if (IsMedia(line))
                sections.Add([]);
            sections[^1].Add(line);
        }
        var offer = new SdpOffer(session, [.. sections.Select(section => new SdpSection(section))]);
        SdpOfferRules.Check(offer);
        return offer;
    }

    public static EmulatorHttpException Invalid(string reason) => new(400, $"Invalid SDP offer: {reason}.", "invalid_offer", "sdp");

    private static bool IsMedia(string line) => line.StartsWith("m=", StringComparison.Ordinal);

    private static List<string> SplitLines(string sdp)
    {
        // A body that was trimmed lacks the last line break. WebRTC parsers refuse it too.
        if (!sdp.EndsWith('\n'))
            throw Invalid("its last line does not end with a line break; it must be passed on byte for byte");
        var lines = sdp[..^1].Split('\n').Select(line => line.TrimEnd('\r')).ToList();
        var odd = lines.FindIndex(line => line.Length < 2 || line[1] != '=' || !char.IsAsciiLetterLower(line[0]));
        return odd < 0 ? lines : throw Invalid($"line {odd + 1} is not of the form x=value");
    }

    private static void CheckHead(List<string> session)
    {
        for (var i = 0; i < Head.Length; i++)
        {
            if (i >= session.Count || !(Head[i].Length > 2 ? session[i] == Head[i] : session[i].StartsWith(Head[i], StringComparison.Ordinal)))
                throw Invalid($"line {i + 1} must be {Head[i]}");
        }
        if (session[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Length != OriginFields)
            throw Invalid("its o= line does not have six fields");
        if (!session.Any(line => line.StartsWith("t=", StringComparison.Ordinal)))
            throw Invalid("it has no t= line");
    }
}

/// <summary>One media section of an SDP offer.</summary>
/// <param name="lines">The lines of the section, beginning with the <c>m=</c> line.</param>
internal sealed class SdpSection(IReadOnlyList<string> lines)
{
    private readonly string[] _fields = lines[0][2..].Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether the <c>m=</c> line has a medium, a port, a protocol and a format.</summary>
    public bool IsWellFormed => _fields.Length >= 4 && ushort.TryParse(_fields[1], out _);

    /// <summary>The medium, for example <c>audio</c>.</summary>
    public string Media => _fields[0];

    public string Port => _fields[1];

    /// <summary>The protocol, for example <c>UDP/TLS/RTP/SAVPF</c>.</summary>
    public string Protocol => _fields[2];

    public IEnumerable<string> Formats => _fields.Skip(3);

    /// <summary>Whether the section is offered: port 0 withdraws it unless it is <c>bundle-only</c>.</summary>
    public bool IsOffered => Port != "0" || Has("bundle-only");

    public string? Mid => Value("mid");

    public bool Has(string attribute) => lines.Contains($"a={attribute}");

    /// <summary>Returns the first value of an attribute; null if it is absent.</summary>
    public string? Value(string attribute) => FindValue(lines, attribute);

    /// <summary>Returns the values of an attribute, in order.</summary>
    public IEnumerable<string> Values(string attribute) =>
        lines.Where(line => line.StartsWith($"a={attribute}:", StringComparison.Ordinal)).Select(line => line[(attribute.Length + 3)..]);

    public static string? FindValue(IReadOnlyList<string> lines, string attribute)
    {
        var head = $"a={attribute}:";
        return lines.FirstOrDefault(line => line.StartsWith(head, StringComparison.Ordinal))?[head.Length..];
    }
}
