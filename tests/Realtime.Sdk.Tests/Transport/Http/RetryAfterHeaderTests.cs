using Microsoft.Extensions.Time.Testing;

namespace Realtime.Sdk.Tests.Transport.Http;

public sealed class RetryAfterHeaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Retry-After", "Fri, 27 Nov 2026 12:00:30 GMT", 30.0)]
    [InlineData("Retry-After", "Fri, 27 Nov 2026 12:00:00 GMT", 0.0)]
    [InlineData("Retry-After", "Fri, 27 Nov 2026 11:59:30 GMT", 0.0)]
    [InlineData("Retry-After", "Fri, 27 Nov 2026", null)]
    [InlineData("Retry-After", " 1.5 ", 1.5)]
    [InlineData("Retry-After", "1e3", null)]
    [InlineData("Retry-After", ".", null)]
    [InlineData("Retry-After", "Infinity", null)]
    [InlineData("retry-after-ms", "1500", 1.5)]
    [InlineData("retry-after-ms", "soon", null)]
    public async Task The_requested_delay_is_seconds_milliseconds_or_a_date(string name, string value, double? seconds)
    {
        using var handler = new RefusingHandler(name, value);
        using var client = new RealtimeClient(handler, new() { ApiKey = "k", MaxRetries = 0, HttpClientFollowsNoRedirects = true, TimeProvider = new FakeTimeProvider(Now) });

        var failure = await Record.ExceptionAsync(() => client.Calls.HangUpAsync("rtc_1").WithTimeout());

        failure.Should().BeOfType<RealtimeApiException>().Which.RetryAfter.Should().Be(seconds is { } delay ? TimeSpan.FromSeconds(delay) : null);
    }

    [Fact]
    public async Task A_delay_beyond_any_time_is_the_longest_time()
    {
        using var handler = new RefusingHandler("Retry-After", "12345678901234567890");
        using var client = new RealtimeClient(handler, new() { ApiKey = "k", MaxRetries = 0, HttpClientFollowsNoRedirects = true });

        var failure = await Record.ExceptionAsync(() => client.Calls.HangUpAsync("rtc_1").WithTimeout());

        failure.Should().BeOfType<RealtimeApiException>().Which.RetryAfter.Should().Be(TimeSpan.MaxValue);
    }

    private sealed class RefusingHandler(string name, string value) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var refusal = Answers.Error(503);
            refusal.Headers.TryAddWithoutValidation(name, value);
            return Task.FromResult(refusal);
        }
    }
}
