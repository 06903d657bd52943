using System.Globalization;
using EwasteEpr.Kernel;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ModelBinding.Metadata;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace EwasteEpr.Web.Hosting;

/// <summary>Numbers and dates of forms go through the tolerant parsers of the kernel; what was typed is kept, and refusals are sentences.</summary>
public static class InputBinding
{
    public static IServiceCollection AddInputBinding(this IServiceCollection services)
    {
        services.AddSingleton<IConfigureOptions<MvcOptions>, Options>();
        return services;
    }

    /// <summary>"1,234" may mean...: the sentence for a number that could not be read. Shared with lists of problems.</summary>
    public static string Sentence(this IStringLocalizer<InputText> text, NumberProblem problem, string typed)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text["Number." + problem, Cut(typed)];
    }

    public static string Sentence(this IStringLocalizer<InputText> text, DateProblem problem, string typed)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text["Date." + problem, Cut(typed)];
    }

    /// <summary>A value in a sentence is cut; the whole of it is still in the field.</summary>
    private static string Cut(string typed) => typed.Length <= 40 ? typed : typed[..39] + "…";

    private sealed class Options(IStringLocalizer<InputText> text) : IConfigureOptions<MvcOptions>
    {
        public void Configure(MvcOptions options)
        {
            options.ModelBinderProviders.Insert(0, new Provider());
            // A form says itself what it needs; a non-nullable string must not become an English sentence.
            options.SuppressImplicitRequiredAttributeForNonNullableReferenceTypes = true;
            Translate(options.ModelBindingMessageProvider);
        }

        private void Translate(DefaultModelBindingMessageProvider messages)
        {
            messages.SetMissingBindRequiredValueAccessor(_ => text["Missing"]);
            messages.SetMissingKeyOrValueAccessor(() => text["Missing"]);
            messages.SetMissingRequestBodyRequiredValueAccessor(() => text["Missing"]);
            messages.SetValueMustNotBeNullAccessor(_ => text["Missing"]);
            messages.SetAttemptedValueIsInvalidAccessor((value, _) => text["Invalid", Cut(value)]);
            messages.SetNonPropertyAttemptedValueIsInvalidAccessor(value => text["Invalid", Cut(value)]);
            messages.SetUnknownValueIsInvalidAccessor(_ => text["InvalidUnknown"]);
            messages.SetNonPropertyUnknownValueIsInvalidAccessor(() => text["InvalidUnknown"]);
            messages.SetValueIsInvalidAccessor(value => text["Invalid", Cut(value)]);
            messages.SetValueMustBeANumberAccessor(_ => text["InvalidUnknown"]);
            messages.SetNonPropertyValueMustBeANumberAccessor(() => text["InvalidUnknown"]);
        }
    }

    private sealed class Provider : IModelBinderProvider
    {
        public IModelBinder? GetBinder(ModelBinderProviderContext context)
        {
            var type = context.Metadata.UnderlyingOrModelType;
            return type == typeof(decimal) || type == typeof(int) || type == typeof(long) ? new NumberBinder()
                : type == typeof(DateOnly) ? new DateBinder()
                : null;
        }
    }
}
