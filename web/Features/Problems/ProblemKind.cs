namespace EwasteEpr.Web.Features.Problems;

/// <summary>What can go wrong with a request as a whole; each has its own sentences.</summary>
public enum ProblemKind
{
    BadRequest,
    FormExpired,
    Forbidden,
    NotFound,
    TooLarge,
    TooMany,
    Unavailable,
    Broken,
}

/// <summary>Model of the page: what happened, is my work safe, what to do, reference number.</summary>
public sealed record ProblemPage(ProblemKind Kind, int Status, string Reference, DateTimeOffset At, int? RetryAfterSeconds);
