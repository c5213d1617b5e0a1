"""What all answers have in common: who asks, the pages, and that nothing is kept in a cache."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, TypeVar

from rest_framework.generics import GenericAPIView
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from server.accounts.matrix import Thing
from server.api.asker import Asker, asker_of

Row = TypeVar("Row")


class Pages(PageNumberPagination):
    """``?page=2&page_size=100``; at most 200 rows at once."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class Door(GenericAPIView):  # type: ignore[type-arg]
    """One address. ``thing`` says what must be readable, ``query`` which filters may be given."""

    http_method_names = ["get", "head", "options"]
    pagination_class: type[Pages] | None = Pages
    thing: ClassVar[Thing]
    query: ClassVar[type[Serializer[Any]] | None] = None
    asker: Asker

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.asker = asker_of(request, self.thing)

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer

    def asked(self) -> dict[str, Any]:
        """The filters given, each checked.

        :raises rest_framework.exceptions.ValidationError: 400 with a sentence for each wrong one.
        """
        assert self.query is not None
        given = self.query(data=self.request.query_params)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def page_of(
        self,
        rows: Any,
        draw: Callable[[list[Row]], Iterable[dict[str, Any]]],
        shape: type[Serializer[Any]],
    ) -> Response:
        """The asked page of ``rows``, drawn together so that what they share is loaded once."""
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(shape(list(draw(list(page or []))), many=True).data)
