using System.Buffers.Text;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>A part of a message. All types share one flat set of members on the wire; each type requires one of them.</summary>
internal sealed class PartRule(ValueSet types) : WireRule
{
    private const string DataPrefix = "data:", Base64Suffix = ";base64";
    private const int PngHeaderLength = 33;

    private static readonly ObjectRule Members = new(
        new("type", TextRule.Any),
        new("text", TextRule.Any),
        new("audio", TextRule.Any),
        new("image_url", TextRule.Any),
        new("detail", new KnownValueRule(ServiceValues.Details)),
        new("transcript", TextRule.Any));

    private readonly KnownValueRule _types = new(types);

    public override void Check(JsonNode value, MessageCheck check)
    {
        var part = value as JsonObject ?? throw ServiceErrors.WrongType(check.Path, "an object", value);
        check.Enter("type");
        _types.Check(part["type"] ?? throw EmulatorHttpException.MissingParameter(check.Path), check);
        check.Leave();
        Members.Check(part, check);
        switch (part.Text("type"))
        {
            case "input_text" or "output_text":
                Required(part, "text", check);
                break;
            case "input_audio":
                CheckAudio(Required(part, "audio", check), check.At("audio"));
                break;
            case "input_image":
                CheckImage(Required(part, "image_url", check), check.At("image_url"));
                break;
            default:
                break;
        }
    }

    private static string Required(JsonObject part, string member, MessageCheck check) =>
        part.Text(member) ?? throw EmulatorHttpException.MissingParameter(check.At(member));

    private static void CheckAudio(string base64, string path)
    {
        if (base64.Length == 0)
            throw ServiceErrors.InvalidAudio(path, "empty bytes");
        if (!Base64.IsValid(base64))
            throw ServiceErrors.InvalidAudio(path, "an invalid value");
    }

    private static void CheckImage(string url, string path)
    {
        if (!url.StartsWith(DataPrefix, StringComparison.OrdinalIgnoreCase))
            throw ServiceErrors.InvalidImageUrl(path, "a value without the 'data:' prefix");
        var comma = url.IndexOf(',', StringComparison.Ordinal);
        var header = comma < 0 ? "" : url[DataPrefix.Length..comma];
        var type = header.Split(';')[0];
        if (comma >= 0 && type.ToUpperInvariant() is not ("IMAGE/PNG" or "IMAGE/JPEG"))
            throw ServiceErrors.InvalidImageUrl(path, $"unsupported MIME type '{type}'");
        if (!header.EndsWith(Base64Suffix, StringComparison.OrdinalIgnoreCase) || comma + 1 == url.Length || !Base64.IsValid(url.AsSpan(comma + 1)))
            throw ServiceErrors.InvalidImageUrl(path, "an invalid base64-encoded value");
        if (!IsImage(Convert.FromBase64String(url[(comma + 1)..])))
            throw ServiceErrors.InvalidImage(path);
    }

    /// <summary>Whether bytes begin like a PNG or a JPEG. How the service treats a PNG that is declared as a JPEG, or the reverse, is not known.</summary>
    private static bool IsImage(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])
        || (bytes.Length >= PngHeaderLength && bytes.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) && bytes[12..].StartsWith("IHDR"u8));
}
