using System.Buffers.Text;

namespace Realtime.Sdk.Internal;

/// <summary>Checks that an image is a <c>data:</c> URI of a base64-encoded PNG or JPEG.</summary>
internal static class ImageRules
{
    // Enough base64 characters for the 8-byte signature of a PNG.
    private const int SignatureCharacters = 12;

    private static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    private static ReadOnlySpan<byte> Jpeg => [0xFF, 0xD8, 0xFF];

    public static void Check(Constraints constraints, string imageUrl, string name)
    {
        constraints.ValidText(imageUrl, name);
        if (FindBase64(imageUrl) is not { } start)
        {
            constraints.Error(name, null, "must be a data: URI of a base64-encoded PNG or JPEG image");
            return;
        }
        var base64 = imageUrl.AsSpan(start);
        if (!Base64.IsValid(base64, out var length))
            constraints.Error(name, null, "must be valid base64 after the comma");
        else if (length == 0)
            constraints.Error(name, null, "must not be empty after the comma");
        else
            CheckImageData(constraints, base64, length, name);
    }

    private static void CheckImageData(Constraints constraints, ReadOnlySpan<char> base64, int length, string name)
    {
        if (length > Limits.ImageBytes)
            constraints.Warning(name, $"{Constraints.Text(length)} bytes", $"should be at most {Constraints.Text(Limits.ImageBytes)} bytes: scale the image down");
        Span<byte> signature = stackalloc byte[SignatureCharacters];
        if (Convert.TryFromBase64Chars(base64[..Math.Min(SignatureCharacters, base64.Length)], signature, out var decoded)
            && !signature[..decoded].StartsWith(Png) && !signature[..decoded].StartsWith(Jpeg))
        {
            constraints.Warning(name, null, "should start with the signature of a PNG or JPEG file");
        }
    }

    /// <summary>Returns the index at which the base64 begins, or null if the text is not the data URI of an image.</summary>
    private static int? FindBase64(string imageUrl)
    {
        foreach (var prefix in Limits.ImagePrefixes)
        {
            if (imageUrl.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return prefix.Length;
        }
        return null;
    }
}
