namespace Realtime.Sdk.Internal;

/// <summary>What a server says about retrying a refused request: the header <c>x-should-retry</c>, which OpenAI's own clients honor, too.</summary>
internal static class ShouldRetryHeader
{
    /// <summary>True or false as the server says; null when it says nothing, or something else.</summary>
    public static bool? Read(HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues("x-should-retry", out var values))
            return null;
        foreach (var value in values)
            return bool.TryParse(value, out var should) ? should : null;
        return null;
    }
}
