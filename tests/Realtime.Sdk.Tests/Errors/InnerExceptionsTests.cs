using System.Net;
using System.Net.WebSockets;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Errors;

public sealed class InnerExceptionsTests
{
    private const string Leak = "The line 'sk-canary' is wrong";
    private const string Masked = "The line 'sk-***' is wrong";

    public static TheoryData<Exception, string> Platform => new()
    {
        { new HttpRequestException(HttpRequestError.InvalidResponse, Leak, null, HttpStatusCode.BadGateway), Masked },
        { new HttpIOException(HttpRequestError.InvalidResponse, Leak), $"{Masked} (InvalidResponse)" },
        { new IOException(Leak), Masked },
        { new WebSocketException(WebSocketError.HeaderError, Leak), Masked },
        { new TaskCanceledException(Leak), Masked },
        { new OperationCanceledException(Leak), Masked },
    };

    [Theory, MemberData(nameof(Platform))]
    public void A_key_in_an_exception_of_the_platform_is_masked_in_a_copy(Exception original, string message)
    {
        original.HResult = 4711;

        var shown = InnerExceptions.Sanitize(original)!;

        shown.Should().BeOfType(original.GetType()).And.NotBeSameAs(original);
        (shown.Message, shown.HResult).Should().Be((message, 4711));
        InnerExceptions.Sanitize(new IOException("clean", original)).Should().BeOfType<IOException>().Which.InnerException!.Message.Should().Be(message);
    }

    [Fact]
    public void A_copy_keeps_what_its_type_says()
    {
        using var canceled = new CancellationTokenSource();

        InnerExceptions.Sanitize(new HttpRequestException(HttpRequestError.ConnectionError, Leak, null, HttpStatusCode.BadGateway)).Should().BeOfType<HttpRequestException>()
            .Which.Should().Match<HttpRequestException>(copy => copy.HttpRequestError == HttpRequestError.ConnectionError && copy.StatusCode == HttpStatusCode.BadGateway);
        InnerExceptions.Sanitize(new HttpIOException(HttpRequestError.ResponseEnded, Leak)).Should().BeOfType<HttpIOException>().Which.HttpRequestError.Should().Be(HttpRequestError.ResponseEnded);
        InnerExceptions.Sanitize(new WebSocketException(WebSocketError.Faulted, Leak)).Should().BeOfType<WebSocketException>().Which.WebSocketErrorCode.Should().Be(WebSocketError.Faulted);
        InnerExceptions.Sanitize(new TaskCanceledException(Leak, null, canceled.Token)).Should().BeOfType<TaskCanceledException>().Which.CancellationToken.Should().Be(canceled.Token);
        InnerExceptions.Sanitize(new OperationCanceledException(Leak, canceled.Token)).Should().BeOfType<OperationCanceledException>().Which.CancellationToken.Should().Be(canceled.Token);
    }

    [Fact]
    public void A_long_message_is_cut_and_names_the_error_once() =>
        InnerExceptions.Sanitize(new HttpIOException(HttpRequestError.InvalidResponse, $"sk-canary {new string('x', 2_000)}"))!.Message
            .Should().Be($"sk-*** {new string('x', 993)}… (InvalidResponse)");

    [Fact]
    public void A_copy_has_the_stack_trace_of_the_original()
    {
        var thrown = Record.Exception(static () => Throw())!;

        InnerExceptions.Sanitize(thrown)!.StackTrace.Should().Contain(nameof(Throw));
    }

    public static TheoryData<Exception> Kept => new()
    {
        new IOException("clean", new InvalidOperationException("clean too")),
        new ArgumentException(Leak),
        new OwnRequestException(Leak),
        new OwnIOException(Leak),
        new OwnHttpIOException(Leak),
        new OwnTaskCanceledException(Leak),
        new OwnCanceledException(Leak),
    };

    [Theory, MemberData(nameof(Kept))]
    public void An_exception_that_is_clean_or_not_of_the_platform_stays_the_same(Exception original) => InnerExceptions.Sanitize(original).Should().BeSameAs(original);

    private static void Throw() => throw new IOException(Leak);

    private sealed class OwnRequestException(string message) : HttpRequestException(message);

    private sealed class OwnIOException(string message) : IOException(message);

    private sealed class OwnHttpIOException(string message) : HttpIOException(HttpRequestError.Unknown, message);

    private sealed class OwnTaskCanceledException(string message) : TaskCanceledException(message);

    private sealed class OwnCanceledException(string message) : OperationCanceledException(message);
}
