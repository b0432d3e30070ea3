namespace Realtime.Sdk.Internal;

/// <summary>Reads the header <c>x-should-retry</c> of an error response, which OpenAI's own clients also respect.</summary>
internal static class ShouldRetryHeader
{
    /// <summary>Returns the value of the header, or null if it is missing or not a Boolean.</summary>
    public static bool? Read(HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues("x-should-retry", out var values))
            return null;
        foreach (var value in values)
            return bool.TryParse(value, out var should) ? should : null;
        return null;
    }
}
