namespace Realtime.Sdk.Internal;

/// <summary>Reads a body up to a limit, counted after decompression.</summary>
internal static class BodyReader
{
    /// <summary>The whole body; null when it is larger than <paramref name="limit"/>. The caller disposes the response, and the stream with it.</summary>
    public static async Task<byte[]?> ReadAsync(HttpContent content, int limit, CancellationToken cancellationToken)
    {
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
