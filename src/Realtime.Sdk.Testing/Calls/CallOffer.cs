using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>
/// The body of <c>POST /realtime/calls</c>: only SDP, or a form with the parts <c>sdp</c> and <c>session</c>. Parts without a content type are accepted,
/// because the sample in OpenAI's guide sends them.
/// </summary>
internal static class CallOffer
{
    /// <summary>The limit of RFC 2046.</summary>
    private const int MaxBoundaryLength = 70;

    public static async Task<(string Sdp, JsonNode? Session)> ReadAsync(RecordedRequest request)
    {
        var type = MediaTypeHeaderValue.TryParse(request.Headers.GetValueOrDefault("Content-Type"), out var given) ? given : null;
        if (type?.MediaType == "application/sdp")
            return (request.BodyText, null);
        var boundary = type?.Parameters.FirstOrDefault(parameter => parameter.Name == "boundary")?.Value?.Trim('"');
        if (type?.MediaType != "multipart/form-data" || boundary?.Length is not (> 0 and <= MaxBoundaryLength))
            throw new EmulatorHttpException(415, "The body must be application/sdp or multipart/form-data.", "unsupported_content_type");
        try
        {
            return await ReadPartsAsync(new(boundary, new MemoryStream(request.Body.ToArray()))).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new EmulatorHttpException(400, "We could not parse the multipart body of your request.", "invalid_multipart");
        }
    }

    private static async Task<(string Sdp, JsonNode? Session)> ReadPartsAsync(MultipartReader reader)
    {
        string? sdp = null;
        JsonNode? session = null;
        while (await reader.ReadNextSectionAsync().ConfigureAwait(false) is { } part)
        {
            using var text = new StreamReader(part.Body);
            var content = await text.ReadToEndAsync().ConfigureAwait(false);
            switch (part.GetContentDispositionHeader()?.Name.Value?.Trim('"'))
            {
                case "sdp" when HasContentType(part.ContentType, "application/sdp"):
                    sdp = content;
                    break;
                case "session" when HasContentType(part.ContentType, "application/json"):
                    session = WireJson.ParseObject(Encoding.UTF8.GetBytes(content)) ?? throw EmulatorHttpException.InvalidJson();
                    break;
                case var name:
                    throw EmulatorHttpException.InvalidValue(name ?? "", $"the part is unknown or has the wrong type ({part.ContentType})");
            }
        }
        return (sdp ?? throw EmulatorHttpException.MissingParameter("sdp"), session);
    }

    private static bool HasContentType(string? given, string own) =>
        given is null || (MediaTypeHeaderValue.TryParse(given, out var type) && (type.MediaType == own || type.MediaType == "text/plain"));
}
