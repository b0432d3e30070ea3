namespace Realtime.Sdk.Internal;

/// <summary>Reads the header <c>x-should-retry</c> of an error response, which OpenAI's own clients also respect.</summary>
internal static class ShouldRetryHeader
{
    /// <summary>Returns the value of the header, or null if it is missing or not a Boolean.</summary>
    public static bool? Read(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("x-should-retry", out var values) && bool.TryParse(values.FirstOrDefault(), out var should) ? should : null;
}
