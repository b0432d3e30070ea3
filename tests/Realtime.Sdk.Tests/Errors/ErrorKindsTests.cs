using System.Net;
using Realtime.Sdk.Internal;

namespace Realtime.Sdk.Tests.Errors;

public sealed class ErrorKindsTests
{
    [Theory]
    [InlineData("insufficient_quota", null, RealtimeApiErrorKind.QuotaExceeded)]
    [InlineData("invalid_request_error", "insufficient_quota", RealtimeApiErrorKind.QuotaExceeded)]
    [InlineData("insufficient_quota", "rate_limit_exceeded", RealtimeApiErrorKind.QuotaExceeded)]
    [InlineData(null, "billing_hard_limit_reached", RealtimeApiErrorKind.QuotaExceeded)]
    [InlineData("invalid_request_error", "rate_limit_exceeded", RealtimeApiErrorKind.RateLimited)]
    [InlineData("server_error", "inference_rate_limit_exceeded", RealtimeApiErrorKind.RateLimited)]
    [InlineData("rate_limit_error", "", RealtimeApiErrorKind.RateLimited)]
    [InlineData("invalid_request_error", "invalid_api_key", RealtimeApiErrorKind.Authentication)]
    [InlineData("authentication_error", null, RealtimeApiErrorKind.Authentication)]
    [InlineData("permission_error", "new_code", RealtimeApiErrorKind.Permission)]
    [InlineData("invalid_request_error", "model_not_found", RealtimeApiErrorKind.NotFound)]
    [InlineData("invalid_request_error", "session_expired", RealtimeApiErrorKind.SessionExpired)]
    [InlineData("invalid_request_error", "decision_already_made", RealtimeApiErrorKind.AlreadyDecided)]
    [InlineData("server_error", null, RealtimeApiErrorKind.Server)]
    [InlineData("invalid_request_error", "invalid_value", RealtimeApiErrorKind.InvalidRequest)]
    [InlineData("new_error", "429", RealtimeApiErrorKind.RateLimited)]
    [InlineData(null, "503", RealtimeApiErrorKind.Server)]
    public void Type_and_code_of_an_error_name_its_kind(string? type, string? code, RealtimeApiErrorKind kind)
    {
        ErrorKinds.FromCode(type, code).Should().Be(kind);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", "")]
    [InlineData("new_error", "new_code")]
    [InlineData("error", "200")]
    [InlineData("error", "4290")]
    [InlineData("error", "-429")]
    public void An_unknown_type_and_code_name_no_kind(string? type, string? code)
    {
        ErrorKinds.FromCode(type, code).Should().BeNull();
    }

    [Theory]
    [InlineData("insufficient_quota", RealtimeApiErrorKind.QuotaExceeded)]
    [InlineData("invalid_request_error.invalid_api_key", RealtimeApiErrorKind.Authentication)]
    [InlineData("invalid_request_error.model_not_found", RealtimeApiErrorKind.NotFound)]
    [InlineData("invalid_request_error.beta_api_shape_disabled", RealtimeApiErrorKind.InvalidRequest)]
    [InlineData("You exceeded your quota (insufficient_quota).", RealtimeApiErrorKind.QuotaExceeded)]
    [InlineData("error: rate_limit_exceeded, invalid_request_error", RealtimeApiErrorKind.RateLimited)]
    [InlineData("session_expired", RealtimeApiErrorKind.SessionExpired)]
    [InlineData("server_error", RealtimeApiErrorKind.Server)]
    public void The_reason_of_a_close_names_a_kind_by_the_code_it_holds(string reason, RealtimeApiErrorKind kind)
    {
        ErrorKinds.FromCloseReason(reason).Should().Be(kind);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("bye")]
    [InlineData("not_insufficient_quota")]
    [InlineData("429")]
    public void A_reason_without_a_code_names_no_kind(string? reason)
    {
        ErrorKinds.FromCloseReason(reason).Should().BeNull();
    }

    [Theory]
    [InlineData(401, null, null, RealtimeApiErrorKind.Authentication)]
    [InlineData(429, "requests", "rate_limit_exceeded", RealtimeApiErrorKind.RateLimited)]
    [InlineData(429, "insufficient_quota", "insufficient_quota", RealtimeApiErrorKind.QuotaExceeded)]
    [InlineData(403, null, "billing_hard_limit_reached", RealtimeApiErrorKind.QuotaExceeded)]
    [InlineData(500, "rate_limit_error", null, RealtimeApiErrorKind.Server)]
    [InlineData(200, null, "insufficient_quota", RealtimeApiErrorKind.InvalidResponse)]
    public void The_status_decides_over_http_but_for_a_used_up_quota(int status, string? type, string? code, RealtimeApiErrorKind kind)
    {
        ErrorKinds.FromStatus((HttpStatusCode)status, new() { Type = type!, Code = code }).Should().Be(kind);
    }
}
