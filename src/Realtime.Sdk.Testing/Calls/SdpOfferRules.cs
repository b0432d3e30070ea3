namespace Realtime.Sdk.Testing.Internal;

/// <summary>The rules that an offer must meet to be answered: ICE, DTLS, and media that the service supports.</summary>
internal static class SdpOfferRules
{
    private const int MaxCredential = 256, MinUserFragment = 4, MinPassword = 22;

    private static readonly string[] Roles = ["actpass", "active", "passive"];

    // The static payload types of G.711 need no rtpmap.
    private static readonly string[] StaticFormats = ["0", "8"], Codecs = ["opus/48000", "PCMU/8000", "PCMA/8000"];

    /// <exception cref="EmulatorHttpException">The offer breaks a rule.</exception>
    public static void Check(SdpOffer offer)
    {
        if (offer.Sections.FirstOrDefault(section => !section.IsWellFormed) is { } odd)
            throw SdpOffer.Invalid($"section {Index(offer, odd)} has an m= line without a port, a protocol or a format");
        var offered = offer.Sections.Where(section => section.IsOffered).ToList();
        if (!offered.Any(section => section.Media is "audio" or "application"))
            throw SdpOffer.Invalid("it offers neither audio nor a data channel (m=audio, m=application)");
        if (offered.Select(section => section.Mid).Distinct().Count() < offered.Count)
            throw SdpOffer.Invalid("two sections have the same a=mid, or none");
        foreach (var section in offered)
            CheckSection(offer, section);
        var bundle = SdpSection.FindValue(offer.Session, "group") is { } group && group.StartsWith("BUNDLE ", StringComparison.Ordinal) ? group.Split(' ')[1..] : [];
        if (offered.Count > 1 && offered.Find(section => !bundle.Contains(section.Mid)) is { } apart)
            throw SdpOffer.Invalid($"a=group:BUNDLE does not name {Name(offer, apart)}");
    }

    private static void CheckSection(SdpOffer offer, SdpSection section)
    {
        string Required(string attribute) => section.Value(attribute) ?? SdpSection.FindValue(offer.Session, attribute)
            ?? throw SdpOffer.Invalid($"{Name(offer, section)} has no a={attribute}");

        if (section.Mid is null)
            throw SdpOffer.Invalid($"{Name(offer, section)} has no a=mid");
        if (Required("ice-ufrag").Length is < MinUserFragment or > MaxCredential)
            throw SdpOffer.Invalid($"the a=ice-ufrag of {Name(offer, section)} does not have {MinUserFragment} to {MaxCredential} characters");
        if (Required("ice-pwd").Length is < MinPassword or > MaxCredential)
            throw SdpOffer.Invalid($"the a=ice-pwd of {Name(offer, section)} does not have {MinPassword} to {MaxCredential} characters");
        if (!IsFingerprint(Required("fingerprint")))
            throw SdpOffer.Invalid($"the a=fingerprint of {Name(offer, section)} is not a hash function and a hash");
        if (!Roles.Contains(Required("setup")))
            throw SdpOffer.Invalid($"the a=setup of {Name(offer, section)} is not one of {string.Join(", ", Roles)}");
        if (section.Media == "audio")
            CheckAudio(offer, section);
        else if (section.Media == "application" && (!section.Protocol.EndsWith("DTLS/SCTP", StringComparison.Ordinal) || !section.Formats.Contains("webrtc-datachannel")))
            throw SdpOffer.Invalid($"{Name(offer, section)} is not a data channel (UDP/DTLS/SCTP webrtc-datachannel)");
    }

    private static void CheckAudio(SdpOffer offer, SdpSection section)
    {
        if (!section.Protocol.EndsWith("TLS/RTP/SAVPF", StringComparison.Ordinal))
            throw SdpOffer.Invalid($"{Name(offer, section)} does not use DTLS (UDP/TLS/RTP/SAVPF)");
        if (!section.Has("rtcp-mux"))
            throw SdpOffer.Invalid($"{Name(offer, section)} has no a=rtcp-mux");
        if (!section.Formats.Any(StaticFormats.Contains) && !section.Values("rtpmap").Any(map => Codecs.Any(codec => map.Contains(codec, StringComparison.OrdinalIgnoreCase))))
            throw SdpOffer.Invalid($"{Name(offer, section)} has none of the codecs {string.Join(", ", Codecs)}");
    }

    /// <summary>Whether a value is a hash function and a hash of its length, for example <c>sha-256 4A:AD:…</c>.</summary>
    private static bool IsFingerprint(string value)
    {
        var parts = value.Split(' ');
        var length = parts[0].ToLowerInvariant() switch { "sha-1" => 20, "sha-224" => 28, "sha-256" => 32, "sha-384" => 48, "sha-512" => 64, _ => 0 };
        var bytes = parts.Length == 2 ? parts[1].Split(':') : [];
        return length > 0 && bytes.Length == length && bytes.All(hex => hex.Length == 2 && hex.All(char.IsAsciiHexDigit));
    }

    private static string Name(SdpOffer offer, SdpSection section) => $"section {Index(offer, section)} ({section.Media})";

    private static int Index(SdpOffer offer, SdpSection section) => Enumerable.Range(0, offer.Sections.Count).First(i => offer.Sections[i] == section) + 1;
}
