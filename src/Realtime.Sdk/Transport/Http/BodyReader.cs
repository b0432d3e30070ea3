namespace Realtime.Sdk.Internal;

/// <summary>Reads a body with a size limit. The limit applies to the decompressed body.</summary>
internal static class BodyReader
{
    /// <summary>Returns the whole body, or null if it exceeds <paramref name="limit"/>. The caller disposes the response, and with it the stream.</summary>
    public static async Task<byte[]?> ReadAsync(HttpContent content, int limit, CancellationToken cancellationToken)
    {
        // Only to fail early. The header may be missing, for example after decompression, so the bytes are counted as well.
        if (content.Headers.ContentLength > limit)
            return null;
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var buffer = new RentedBuffer();
        while (await stream.ReadAsync(buffer.GetMemory(), cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            buffer.Advance(read);
            if (buffer.Written.Length > limit)
                return null;
        }
        return buffer.Written.ToArray();
    }
}
