using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Errors;

/// <summary>What is worth another attempt is listed: whatever is new, or not known, is final.</summary>
public sealed class TransientFailuresTests
{
    [Fact]
    public void Only_the_listed_statuses_are_transient()
    {
        var transient = Enumerable.Range(100, 900).Where(status => TransientFailures.Contains((HttpStatusCode)status));

        transient.Should().Equal(408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529);
    }

    [Fact]
    public void Only_the_listed_kinds_of_request_errors_are_transient()
    {
        var transient = Enum.GetValues<HttpRequestError>().Where(error => TransientFailures.Contains(new HttpRequestException(error)));

        transient.Should().BeEquivalentTo([HttpRequestError.NameResolutionError, HttpRequestError.ConnectionError, HttpRequestError.ResponseEnded]);
    }

    [Fact]
    public void Only_the_listed_errors_of_sockets_are_transient()
    {
        var transient = Enum.GetValues<SocketError>().Where(error => TransientFailures.Contains(new IOException("", new SocketException((int)error))));

        transient.Should().BeEquivalentTo([
            SocketError.ConnectionAborted, SocketError.ConnectionRefused, SocketError.ConnectionReset, SocketError.HostDown, SocketError.HostNotFound,
            SocketError.HostUnreachable, SocketError.NetworkDown, SocketError.NetworkReset, SocketError.NetworkUnreachable, SocketError.NotConnected, SocketError.Shutdown,
            SocketError.TimedOut, SocketError.TryAgain]);
    }

    [Theory]
    [InlineData(RealtimeApiErrorKind.RateLimited, "rate_limit_exceeded", true)]
    [InlineData(RealtimeApiErrorKind.RateLimited, "429", true)]
    [InlineData(RealtimeApiErrorKind.Server, null, true)]
    [InlineData(RealtimeApiErrorKind.Server, "503", true)]
    [InlineData(RealtimeApiErrorKind.Server, "600", true)]
    [InlineData(RealtimeApiErrorKind.Server, "501", false)]
    [InlineData(RealtimeApiErrorKind.Server, "505", false)]
    [InlineData(RealtimeApiErrorKind.InvalidRequest, "503", false)]
    [InlineData(RealtimeApiErrorKind.SessionExpired, null, false)]
    public void An_error_without_a_status_is_transient_by_its_kind_and_the_status_in_its_code(RealtimeApiErrorKind kind, string? code, bool transient) =>
        TransientFailures.Contains(kind, code).Should().Be(transient);

    public static TheoryData<Exception, bool> Causes() => new()
    {
        { new HttpRequestException(HttpRequestError.ConnectionError, "", new SocketException((int)SocketError.AccessDenied)), false },
        { new HttpRequestException(HttpRequestError.NameResolutionError, "", new SocketException((int)SocketError.TryAgain)), true },
        { new HttpRequestException(HttpRequestError.Unknown, "", new IOException("", new SocketException((int)SocketError.ConnectionReset))), true },
        { new HttpRequestException(HttpRequestError.Unknown, "", new InvalidOperationException()), false },
        { new HttpRequestException(HttpRequestError.SecureConnectionError, "", new AuthenticationException()), false },
        { new HttpRequestException(HttpRequestError.SecureConnectionError, "", new IOException("unexpected EOF")), true },
        { new HttpRequestException(HttpRequestError.ProxyTunnelError, "", null, HttpStatusCode.ProxyAuthenticationRequired), false },
        { new HttpRequestException(HttpRequestError.ProxyTunnelError, "", null, HttpStatusCode.ServiceUnavailable), true },
        { new HttpIOException(HttpRequestError.ResponseEnded), true },
        { new HttpIOException(HttpRequestError.InvalidResponse), false },
        { new FileNotFoundException(), false },
        { new WebSocketException(WebSocketError.NotAWebSocket), false },
        { new WebSocketException(WebSocketError.ConnectionClosedPrematurely), true },
        { new WebSocketException(WebSocketError.Faulted, new HttpRequestException(HttpRequestError.ConnectionError)), true },
        { new WebSocketException(WebSocketError.Faulted, new InvalidOperationException()), false },
    };

    [Theory]
    [MemberData(nameof(Causes))]
    public void What_lies_below_a_failure_decides(Exception cause, bool transient)
    {
        TransientFailures.Contains(cause).Should().Be(transient);
    }
}
