namespace Realtime.Sdk.Testing.Internal;

/// <summary>Answers a request, or throws an <see cref="EmulatorHttpException"/>.</summary>
internal delegate ValueTask<EmulatorHttpResponse> Endpoint(EmulatorRequest request);

/// <summary>A REST endpoint. A segment of the template in braces matches any single segment of a path.</summary>
/// <param name="Template">The path below the version prefix, for example <c>/realtime/calls/{call_id}/accept</c>.</param>
/// <param name="Answer">The method that answers requests.</param>
/// <param name="AcceptsClientSecret">Whether a client secret is accepted as well as the API key.</param>
internal sealed record Route(string Template, Endpoint Answer, bool AcceptsClientSecret = false)
{
    private const string AzureRoot = "/openai/";

    private static readonly string[] Prefixes = [$"{AzureRoot}v1", "/v1"];

    private readonly string[] _segments = Template.Split('/');

    /// <summary>Whether a path is below Azure's root.</summary>
    public static bool IsAzure(string path) => path.StartsWith(AzureRoot, StringComparison.Ordinal);

    /// <summary>Returns the path below the version prefix of OpenAI or Azure; null if it has neither.</summary>
    public static string? RemovePrefix(string path)
    {
        foreach (var prefix in Prefixes)
        {
            if (path.StartsWith(prefix + "/", StringComparison.Ordinal))
                return path[prefix.Length..];
        }
        return null;
    }

    /// <summary>Returns the values of the segments in braces if <paramref name="path"/> matches the template; otherwise null.</summary>
    public IReadOnlyList<string>? Match(string path)
    {
        var segments = path.Split('/');
        if (segments.Length != _segments.Length)
            return null;
        var values = new List<string>();
        for (var i = 0; i < segments.Length; i++)
        {
            if (_segments[i].StartsWith('{') && segments[i].Length > 0)
                values.Add(Uri.UnescapeDataString(segments[i]));
            else if (_segments[i] != segments[i])
                return null;
        }
        return values;
    }
}
