using EwasteEpr.Organisations;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace EwasteEpr.Web.Hosting;

/// <summary>How a refusal looks: sign in first, not yours (404), or not your role (403). A path that is no page stays 404.</summary>
public sealed class AuthorisationAnswers : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler standard = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        ArgumentNullException.ThrowIfNull(next);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(authorizeResult);
        if (context.GetEndpoint() is null)
        {
            return next(context); // nothing is there to be guarded
        }

        context.Features.Set(context.Features.Get<UnknownClient>() is null || authorizeResult.Succeeded ? Answer(authorizeResult) : AuthorisationAnswer.NotFound);
        if (context.Features.Get<AuthorisationAnswer>() is AuthorisationAnswer.NotFound)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        if (authorizeResult.Forbidden && MissesOnlyTheSecondStep(context))
        {
            context.Response.Redirect($"/{Culture.Of(context)}/account/two-step");
            return Task.CompletedTask;
        }

        return standard.HandleAsync(next, context, policy, authorizeResult);
    }

    private static AuthorisationAnswer Answer(PolicyAuthorizationResult result) =>
        result.Succeeded ? AuthorisationAnswer.Allowed
        : result.Challenged ? AuthorisationAnswer.SignIn
        : result.AuthorizationFailure?.FailureReasons.Any(reason => reason.Message == OrganisationAuthorisation.Hidden) == true ? AuthorisationAnswer.NotFound
        : AuthorisationAnswer.Forbidden;

    /// <summary>An operator who signed in with the password alone: the way on is to switch the second step on.</summary>
    private static bool MissesOnlyTheSecondStep(HttpContext context) =>
        context.Features.Get<SignedInPerson>() is { PlatformRoles.Length: > 0, SecondFactor: "none" }
        && !context.User.HasClaim(claim => claim.Type == PersonClaims.Platform)
        && Policies.PlatformRolesOf(context.GetEndpoint()!.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy)).Any();
}

/// <summary>What authorisation said about this request; error pages and the matrix test read it.</summary>
public enum AuthorisationAnswer
{
    Allowed,
    SignIn,
    Forbidden,
    NotFound,
}
